/* Appends the operations that look at a training step: in each layer the norms of the gradient, of the weights and of
 * what the step adds to them, and how many ReLUs are silent. They are spans of their own, which run behind their part
 * of a step in the few steps that are looked at, and they change nothing that a step reads. Results are in METRICS. */
#ifndef NN_PLAN_HEALTH_H
#define NN_PLAN_HEALTH_H

#include "nn/plan/plan_builder.h"

/* Behind plan_fuse(), in a plan for training. A layer's parameters are one vector. The outputs of ReLUs are those that
 * the backward pass reads, as others may be overwritten by then: fused ones, and those in front of a fused pool, where
 * the greatest of a window is 0 when all are. */
void plan_health(struct plan_builder *b);

#endif
