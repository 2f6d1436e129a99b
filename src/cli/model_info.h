/* What a stored model is: layers, shapes, parameters, images and classes. */
#ifndef CLI_MODEL_INFO_H
#define CLI_MODEL_INFO_H

#include "run/model/stored_model.h"

/* Prints a table, or with `json` one object; `file` is where the model was read from. False with an error. */
bool model_info_print(const char *file, const struct stored_model *m, bool json, struct error *e);

#endif
