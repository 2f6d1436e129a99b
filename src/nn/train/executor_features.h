/* A plan whose frozen layers are apart (compile_recipe_with()) on a device: what they make of each image, on the host,
 * from where the executor brings it to each step. */
#ifndef NN_EXECUTOR_FEATURES_H
#define NN_EXECUTOR_FEATURES_H

#include "nn/train/executor.h"

/* Room for all images of the source. Loaders then need only labels (executor_hold_labels()). False with an error. */
bool executor_features_open(struct executor *x, struct source *source, struct error *e);

/* Computes them, with the weights that the device has now, before the first epoch. `progress` (may be NULL) gets 0…1
 * and returns false to cancel (ERROR_STOPPED). */
bool executor_features_make(struct executor *x, struct source *source, bool (*progress)(void *context, double done),
                            void *context, struct error *e);

#endif
