/* Residual blocks in a graph of Keras layers: those that are what layer_residual.c emits. */
#ifndef RUN_KERAS_BLOCK_H
#define RUN_KERAS_BLOCK_H

#include "run/model/keras_graph.h"

enum { BLOCK_PATH = 2, NO_SKIP = -1, KERAS_BLOCK_WEIGHTS = 6 /* nodes of one that have some */ };

struct keras_block {
    int filters, stride;
    enum activation activation;
    int conv[BLOCK_PATH], norm[BLOCK_PATH]; /* nodes of the main path */
    int skip_conv, skip_norm;               /* NO_SKIP: the skip is the block's input as it is */
    int end;                                /* the activation after the sum */
};

/* The block that begins where two layers take the output of the node `at`. False with an error that names the layer
 * that is not as in such a block. */
bool keras_block_match(const struct keras_graph *g, int at, struct keras_block *out, struct error *e);

#endif
