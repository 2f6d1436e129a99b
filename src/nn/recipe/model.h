/* A stack of layers seen as a whole: what shape each gives and how many parameters it has. */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include "nn/layers/layer.h"

struct recipe;

struct model_layer {
    struct shape out;
    size_t parameters; /* trainable */
};

struct model {
    int n_layers;
    struct model_layer layers[LAYERS_MAX];
    size_t parameters, trained; /* trained: of layers that are not frozen */
    int bad_layer; /* the first that cannot be, or -1; layers before it are filled in */
};

/* Infers shapes and counts for the panel and the summary. False with an error that names the layer and both shapes;
 * *out then still holds what comes before it. The last layer must give `classes` flat values. */
bool model_infer(const struct recipe *recipe, struct shape input, int classes, struct model *out, struct error *e);

/* Where the model does not fit a data set because its last layer gives another number of values than there are classes:
 * gives that layer as many. True when the recipe has been changed. */
bool model_fit_classes(struct recipe *recipe, struct shape input, int classes);

/* Gives the last layer as many values as another recipe's has, where it is of the same kind. */
void model_fit_like(struct recipe *recipe, const struct recipe *other);

#endif
