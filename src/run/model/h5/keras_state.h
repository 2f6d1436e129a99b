/* model.weights.h5, the weights in a .keras file of Keras 3:
 *
 *     layers/<class>[_<how many of it came before>]/vars/<0, 1, …>
 *
 * The class is in snake case ("max_pooling2d"), and counted among the model's layers in the order in which Keras lists
 * and saves them; a layer's own name is an attribute. */
#ifndef RUN_KERAS_STATE_H
#define RUN_KERAS_STATE_H

#include "nn/train/trainer_status.h"
#include "run/model/h5/h5_arrays.h"
#include "run/model/keras/keras_model.h"

#define KERAS_STATE_MEMBER "model.weights.h5"

/* Where such a file has an array. */
h5_arrays_place keras_state_place;

/* Reads the arrays from a .keras file, behind the guard. */
keras_arrays_read keras_state_read;

/* The bytes of the file for these weights: free() them. NULL without memory. */
void *keras_state_make(const struct keras_model *m, const struct trainer_weights *w, size_t *size);

#endif
