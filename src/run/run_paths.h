/* What a recipe names, as it is found from any folder: a run may go on from another one than it began in. */
#ifndef RUN_RUN_PATHS_H
#define RUN_RUN_PATHS_H

#include "nn/recipe/recipe.h"

/* The absolute path of what training.weights names: a model file, the folder, the number or the name of a run, or the
 * name of a network that was fetched. False with an error where there is none of these. */
bool run_paths_weights(const char *typed, char out[PATH_SIZE], struct error *e);

/* The same of a text of `size` bytes, which stays as it is where nothing is found: it may be a run that goes on and
 * needs them no more. */
void run_paths_fix_weights(char *weights, size_t size);

/* That, and the data set, which stays a name where it is one of the catalogue. */
bool run_paths_fix(struct recipe *r, struct error *e);

#endif
