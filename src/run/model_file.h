/* model.h5: weights in the layout of Keras's HDF5 model files, with the recipe and the normalisation beside them. */
#ifndef RUN_MODEL_FILE_H
#define RUN_MODEL_FILE_H

#include "nn/recipe.h"
#include "nn/trainer.h"

bool model_file_write(const char *path, const struct recipe *r, const struct trainer_weights *w, struct error *e);

/* Fills whole arenas of a plan made from the recipe; shapes and counts are checked against the plan. */
bool model_file_read(const char *path, const struct plan *plan, float *parameters, float *statistics, struct error *e);

#endif
