/* A small model in memory, for tests of the formats: what is written has to come back whole, and what lies is refused
 * with words. */
#ifndef TESTS_SUPPORT_TOY_MODEL_H
#define TESTS_SUPPORT_TOY_MODEL_H

#include "run/model/stored_model.h"

/* Of a recipe's section [layers] and images of that shape: three classes, "pets", and no two weights alike. */
void toy_model_make(struct stored_model *m, const char *layers, struct shape input, bool named);
/* Into a file of the folder, whose name says the format. The path, as folder_path() has it. */
const char *toy_model_write(const char *folder, const char *name, const struct stored_model *m);

/* Written and read, it is the same: with the names of its classes, and without. */
void toy_model_comes_back(const char *folder, const char *name, const char *layers, struct shape input);

void toy_model_refused(const char *path, const char *words); /* reading the file is an ERROR_INPUT that says this */

#endif
