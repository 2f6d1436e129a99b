/* The JSON from which Keras builds a model before it loads the weights. */
#ifndef RUN_KERAS_CONFIG_H
#define RUN_KERAS_CONFIG_H

#include "run/model/keras/keras_model.h"

enum keras_form {
    KERAS_FORM_H5, /* as Keras 2 writes it, which Keras 3 reads too */
    KERAS_FORM_ZIP /* config.json of a .keras file: layers with their module, in the order in which Keras saves them */
};

/* In plain ASCII. `statistics` is the whole arena, for the normalisation. NULL with an error when there is no memory;
 * free() it. */
char *keras_config(const struct keras_model *m, enum keras_form form, const char *name, const float *statistics,
                   struct error *e);

#endif
