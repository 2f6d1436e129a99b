/* The weights that a recipe wants a run to begin with, from whatever has them. */
#ifndef RUN_START_WEIGHTS_H
#define RUN_START_WEIGHTS_H

#include "nn/train/pretrained.h"

/* Nothing is read where the recipe wants none. Where the model's file does not say what its network takes for pixels,
 * the recipe's data.pixels counts. False with an error and nothing to free; else pretrained_free() *out. */
bool start_weights_read(const struct recipe *recipe, struct pretrained *out, struct error *e);

#endif
