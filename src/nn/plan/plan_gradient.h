/* The backward list: the forward operations are walked from last to first, and each has one rule, which appends the
 * operations that turn the gradient of its output (dy) into those of its inputs and parameters. */
#ifndef NN_PLAN_GRADIENT_H
#define NN_PLAN_GRADIENT_H

#include "nn/plan/plan_builder.h"

/* Appends the backward operations of ops first..end-1, whose last is a SOFTMAX_LOSS. */
void plan_gradient(struct plan_builder *b, int first, int end);

#endif
