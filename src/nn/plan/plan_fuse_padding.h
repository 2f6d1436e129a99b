/* [zeros around x -> z] [CONV2D or DEPTHWISE_CONV2D z -> y]  becomes  [the same, padding x -> y]
 * when nothing else reads z. Zeros are an AVERAGE_POOL of 1×1 windows that counts its padding. */
#ifndef NN_PLAN_FUSE_PADDING_H
#define NN_PLAN_FUSE_PADDING_H

#include "nn/plan/plan.h"

bool plan_is_zeros(const struct op *op);

/* Of the operations from `first` on, before their gradients are appended: these then are those of one operation. */
void plan_fuse_padding(struct plan *plan, int first);

#endif
