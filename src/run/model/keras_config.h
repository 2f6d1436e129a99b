/* The JSON from which Keras builds a model before it loads the weights. */
#ifndef RUN_KERAS_CONFIG_H
#define RUN_KERAS_CONFIG_H

#include "run/model/keras_model.h"

/* As Keras 2 writes it, which Keras 3 reads too, in plain ASCII. `statistics` is the whole arena, for the
 * normalisation. NULL with an error when there is no memory; free() it. */
char *keras_config(const struct keras_model *m, const char *name, const float *statistics, struct error *e);

#endif
