/* A path through a block in a graph of Keras layers. Every step takes the one layer that comes next, or refuses what
 * cuvette's block has not there. */
#ifndef RUN_KERAS_PATH_H
#define RUN_KERAS_PATH_H

#include "nn/plan/shape.h"
#include "run/model/keras/keras_graph.h"

enum { KERAS_BLOCK_WEIGHTS = 8 /* nodes of one that have some */ };

struct keras_block {
    const char *class;   /* our layer: "residual" */
    char settings[192];  /* as a recipe has them */
    bool projects;       /* its skip is not its input as it is */
    int n_weights, weights[KERAS_BLOCK_WEIGHTS]; /* nodes, in the order of our layer's weights */
    int first, end;      /* nodes: where it begins, and its last */
    int nodes;           /* how many there are */
    enum activation last;

    /* While it is matched: */
    const char *what;    /* "a residual block" */
    unsigned paddings;   /* of those that blocks have, which its windows so far can have: a bit each */
    double epsilon, momentum; /* of its normalisations; negative: none yet */
};

struct keras_path {
    const struct keras_graph *graph;
    struct keras_block *block; /* gets the weights, nodes and style of what is passed */
    struct shape shape;        /* of the last output */
    int at, next;              /* the last node, and where it goes on from there; NO_NODE: by its only user */
};

/* Kernel, stride and filters of a convolution; 0: any, which is then filled in. */
struct keras_window {
    int kernel, stride, filters;
};

/* All return false with an error that names the layer. */
bool keras_path_step(struct keras_path *p, const char *class, struct error *e); /* NULL: of any class */
bool keras_path_pass(struct keras_path *p, const char *class, struct error *e); /* a step if that is next */
bool keras_path_convolve(struct keras_path *p, const char *class, struct keras_window *w, struct error *e);
bool keras_path_normalise(struct keras_path *p, struct error *e);
bool keras_path_activate(struct keras_path *p, enum activation *out, struct error *e);

/* Squeeze and excite, from a node whose output goes to it and to its Multiply. */
bool keras_path_gates(const struct keras_path *p); /* is it one? */
bool keras_path_gate(struct keras_path *p, int *filters, enum activation *out, struct error *e);

/* A convolution without activation, and its normalisation. */
bool keras_path_pair(struct keras_path *p, const char *class, struct keras_window *w, struct error *e);

#endif
