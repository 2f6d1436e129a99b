/* Keras's layers, each as a layer of a recipe, while that is made (keras_recipe.h). */
#ifndef RUN_KERAS_READER_H
#define RUN_KERAS_READER_H

#include "nn/plan/shape.h"
#include "nn/recipe/recipe.h"
#include "run/model/keras/keras_graph.h"
#include "run/model/keras/keras_padding.h"

enum { KERAS_SCALINGS_MAX = 8, KERAS_CHANNELS_MAX = 4 };

/* A layer before all others makes x × scale + offset of a pixel's value. */
struct keras_scaling {
    double scale[KERAS_CHANNELS_MAX], offset[KERAS_CHANNELS_MAX];
    bool adapted; /* a Normalization whose mean and variance are among the weights */
    bool invert;  /* that undoes one */
    int node;
};

struct keras_recipe {
    struct keras_graph graph;
    struct recipe recipe;
    struct shape input;
    int n_scalings;
    struct keras_scaling scalings[KERAS_SCALINGS_MAX]; /* in the order in which they are applied */
    int n_origins;
    int *origins; /* nodes with weights, in the order in which the recipe's plan has their layers */

    /* While it is made: */
    struct shape shape;               /* of the last output */
    struct keras_zeros zeros;         /* of the layer before, for a window to take in */
    const struct keras_node *padding; /* that layer; NULL: it was none */
    bool softmaxed;                   /* there was the softmax that ends a model */
    enum activation last;             /* of the last layer */
};

bool keras_reader_knows(const struct keras_node *n);

/* Appends what a known node is to the recipe. False with an error that names it. */
bool keras_reader_read(struct keras_recipe *r, const struct keras_node *n, struct error *e);

/* Appends a layer, with settings as a recipe has them; `n` is at fault where that cannot be. */
bool keras_reader_put(struct keras_recipe *r, const struct keras_node *n, const char *class, const char *settings,
                      struct error *e);

/* Appends the zeros of a ZeroPadding2D that no window has taken in, if there are some, as a layer. */
bool keras_reader_zeros(struct keras_recipe *r, struct error *e);

/* The plan's next layer with weights has those of this node. */
void keras_reader_weights(struct keras_recipe *r, const struct keras_node *n);

/* Makes a scaling of a Normalization's numbers, one a channel each. */
void keras_reader_normalise(struct keras_scaling *s, int channels, const double *mean, const double *variance);

#endif
