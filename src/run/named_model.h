/* A model by what a person calls it: the path of its file, or a run. */
#ifndef RUN_NAMED_MODEL_H
#define RUN_NAMED_MODEL_H

#include "base/path.h"
#include "run/model/stored_model.h"

/* Finds the model file and reads it. `from`: the folder of a run, its name or its number, or the path of a model file,
 * of which `wish` tells more. Of a run that goes on, or was killed, and so has no model.h5, it is best.h5 or the
 * checkpoint; with `best` always the weights of its best epoch. False with an error and nothing to free; else
 * stored_model_free() *out. */
bool named_model_read(const char *from, bool best, const struct model_wish *wish, char file[PATH_SIZE],
                      struct stored_model *out, struct error *e);

#endif
