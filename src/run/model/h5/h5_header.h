/* What an HDF5 model file says of itself beside its weights, read behind the guard. */
#ifndef RUN_H5_HEADER_H
#define RUN_H5_HEADER_H

#include "run/model/stored_model.h"

enum { H5_RECIPE_SIZE = 1 << 20, H5_CONFIG_SIZE = 1 << 24, H5_LAYERS_MAX = 512, H5_LAYER_NAME_SIZE = 64 };

/* Of weights alone. */
struct h5_layer {
    char name[H5_LAYER_NAME_SIZE];
    int outputs; /* the last side of its first weight; 0: not known */
};

/* Texts end with a zero, and are foreign; "" where the file has none. */
struct h5_header {
    bool own; /* cuvette wrote it: what follows up to `class_names` is there */
    char recipe[H5_RECIPE_SIZE];
    int input[3], names; /* height, width, channels; how many classes have names */
    int epoch;           /* at whose end the weights were so; 0: it does not say */
    char class_names[CLASSES_MAX][CLASS_NAME_SIZE];
    char dataset[64], name[64]; /* the second: of the recipe */
    char writer[MODEL_WRITER_SIZE];
    char config[H5_CONFIG_SIZE]; /* Keras's description of the model, where the file is not our own */
    int n_layers;                /* with weights, where it is neither: Keras's save_weights() wrote it; else 0 */
    struct h5_layer layers[H5_LAYERS_MAX];
};

/* NULL with an error: there is no such file, it is damaged, or no model; h5_header_free() it. */
struct h5_header *h5_header_read(const char *path, struct error *e);
void h5_header_free(struct h5_header *h); /* takes NULL */

#endif
