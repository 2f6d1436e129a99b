/* Merges neighbours of a plan's list, or lets them run side by side: one rule each in plan_fuse.c, but for the pools'. */
#ifndef NN_PLAN_FUSE_H
#define NN_PLAN_FUSE_H

#include "nn/plan/plan_builder.h"

/* Applies the rules in turn, each over the whole list: into a convolution or dense layer the activation behind it, into a
 * convolution the max pool behind it, into a ReLU's gradient the dropout's, into a convolution the mean and variance for
 * batch norm, and side by side the two gradients of a layer. None where CUVETTE_FUSE is 0 in the environment. */
void plan_fuse(struct plan_builder *b);

#endif
