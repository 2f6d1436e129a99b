/* The JSON by which Keras builds a model again before it loads the weights. */
#ifndef RUN_KERAS_CONFIG_H
#define RUN_KERAS_CONFIG_H

#include "run/model/keras_model.h"

/* As Keras 2 writes it, which Keras 3 reads too; `statistics` is the whole arena, for the normalisation. Plain ASCII.
 * NULL without memory; free() it. */
char *keras_config(const struct keras_model *m, const char *name, const float *statistics, struct error *e);

#endif
