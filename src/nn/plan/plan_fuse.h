/* Merges neighbours of a plan's list, or lets them run side by side. */
#ifndef NN_PLAN_FUSE_H
#define NN_PLAN_FUSE_H

#include "nn/plan/plan_builder.h"

/* Applies the rules in turn, each over the whole list:
 *     a convolution or dense layer computes the activation behind it
 *     a convolution computes the max pool behind it            (plan_fuse_pools.h)
 *     a ReLU's gradient includes that of the dropout behind it
 *     a convolution computes mean and variance for the batch norm behind it
 *     the two gradients of a layer run side by side
 * None where CUVETTE_FUSE is 0 in the environment. */
void plan_fuse(struct plan_builder *b);

#endif
