/* The arrays of numbers that a model by Keras must have in its file, and where they go. */
#ifndef RUN_KERAS_ARRAYS_H
#define RUN_KERAS_ARRAYS_H

#include "run/model/keras/keras_recipe.h"

struct keras_array {
    const struct keras_node *node; /* whose weight it is */
    const char *name;              /* "kernel" */
    int place;                     /* among the weights of its layer, from 0 */
    int rank, dims[4];
    float *to;
};

/* Reads them all into memory that is shared with this process. False with an error that names the layer. */
typedef bool keras_arrays_read(const char *path, const struct keras_array *arrays, int n, struct error *e);

/* Makes a model of Keras's description and of what `read` reads of the file. False with an error that names it; what
 * was made by then is the caller's to free. */
bool keras_arrays_model(const char *path, const char *config, const struct model_wish *wish, keras_arrays_read *read,
                        struct stored_model *out, struct error *e);

/* For a file whose recipe is known, as cuvette wrote it: the weights of a model that has its memory, all but the
 * normalisation. False with an error that names the file. */
bool keras_arrays_own(const char *path, keras_arrays_read *read, struct stored_model *out, struct error *e);

#endif
