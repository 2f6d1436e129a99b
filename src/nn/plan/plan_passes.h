/* The passes over a plan's list, in the order they run. Each can be tested alone. */
#ifndef NN_PLAN_PASSES_H
#define NN_PLAN_PASSES_H

#include "nn/plan/plan_builder.h"
#include "nn/recipe/recipe.h"

/* Appends the backward operations of ops first..end-1, whose last is a SOFTMAX_LOSS. */
void plan_gradient(struct plan_builder *b, int first, int end);

/* Appends clipping and the recipe's optimiser over the whole parameter arena. */
void plan_update(struct plan_builder *b, const struct recipe *recipe);

/* Merges neighbours, or lets them run side by side: the passes below in turn, each over the whole list. None where CUVETTE_FUSE is 0 in the environment. */
void plan_fuse(struct plan_builder *b);
void plan_fuse_activations(struct plan *plan); /* into the convolution or dense layer before */
void plan_fuse_pools(struct plan *plan);       /* into the convolution before, with both gradients */
void plan_fuse_dropouts(struct plan *plan);    /* their gradients into those of the ReLU before */
void plan_fuse_moments(struct plan_builder *b); /* batch norm's, into the convolution before */
void plan_fuse_gradients(struct plan *plan);   /* of one layer: they may run side by side */

/* Places every value of ACTIVATIONS by its lifetime; element-wise backward operations work in place. False when out of memory. */
bool plan_memory(struct plan *plan, struct error *e);

#endif
