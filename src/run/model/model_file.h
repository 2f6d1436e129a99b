/* model.h5: weights in the layout of Keras's HDF5 model files, with the recipe and the normalisation beside them.
 *
 *     /                attributes keras_version, backend, model_config
 *     /model_weights   attribute layer_names; /<layer>, attribute weight_names; /<layer>/<layer>/kernel:0 …
 *     /cuvette         attributes version, name, recipe, dataset, input (height, width, channels), class_names;
 *                      data set normalisation [2][channels]: mean and 1 / deviation of pixel / 255
 *
 * Keras passes over the last group. Loaded in Keras, the model takes images as they are, 0 to 255: its first layer
 * normalises them, its last gives probabilities. */
#ifndef RUN_MODEL_FILE_H
#define RUN_MODEL_FILE_H

#include "nn/recipe/recipe.h"
#include "nn/train/trainer.h"

/* False with an error when the recipe's plan has a layer that a model file cannot hold: ask before training. */
bool model_file_check(const struct recipe *r, const struct plan *plan, struct error *e);

/* Atomic. The path must end in ".h5", as Keras wants it. */
bool model_file_write(const char *path, const struct recipe *r, const struct trainer_weights *w, struct error *e);

/* Fills whole arenas of a plan made from the recipe; shapes and counts are checked against the plan. */
bool model_file_read(const char *path, const struct recipe *recipe, const struct plan *plan, float *parameters,
                     float *statistics, struct error *e);

#endif
