/* model.h5: weights in the layout of Keras's HDF5 model files, with the recipe and the normalisation beside them.
 *
 *     /                attributes keras_version, backend, model_config
 *     /model_weights   attribute layer_names; /<layer>, attribute weight_names; /<layer>/<layer>/kernel:0 …
 *     /cuvette         attributes version, name, recipe, dataset, input (height, width, channels), class_names;
 *                      data set normalisation [2][channels]: mean and 1 / deviation of pixel / 255
 *
 * Keras ignores the last group. In Keras the model takes images as they are, 0 to 255: its first layer normalises them,
 * and its last gives probabilities. h5_header.h and h5_weights.h read such files. */
#ifndef RUN_MODEL_FILE_H
#define RUN_MODEL_FILE_H

#include "base/atomic_file.h"
#include "nn/recipe/recipe.h"
#include "nn/train/trainer.h"

/* Names in the file. */
#define MODEL_FILE_WEIGHTS       "model_weights"
#define MODEL_FILE_LAYER_NAMES   "layer_names"
#define MODEL_FILE_WEIGHT_NAMES  "weight_names"
#define MODEL_FILE_OWN           "cuvette" /* the group that Keras ignores */
#define MODEL_FILE_NORMALISATION "normalisation"

/* Call before training: false with an error when the plan of the recipe has a layer that a model file cannot hold. */
bool model_file_check(const struct recipe *r, const struct plan *plan, struct error *e);

/* The file appears whole or not at all. The path must end in ".h5", which Keras requires. `wish` as in
 * atomic_file_write_parts(). False with an error. */
bool model_file_write(const char *path, const struct recipe *r, const struct trainer_weights *w,
                      const struct atomic_wish *wish, struct error *e);

#endif
