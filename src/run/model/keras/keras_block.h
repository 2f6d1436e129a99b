/* Blocks in a graph of Keras layers: branches that are what one of our layers emits (residual, bottleneck,
 * inverted_residual, squeeze_excite). */
#ifndef RUN_KERAS_BLOCK_H
#define RUN_KERAS_BLOCK_H

#include "run/model/keras/keras_path.h"

/* The block that begins where two layers take the output of the node `at`, which has that shape. False with an error
 * that names the layer that is not as in such a block. */
bool keras_block_match(const struct keras_graph *g, int at, struct shape in, struct keras_block *out, struct error *e);

#endif
