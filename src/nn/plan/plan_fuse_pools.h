/* [CONV2D, linear or ReLU -> c] [MAX_POOL 2×2 c -> y, winner?]  becomes  [CONV2D, pooled -> y, winner?]
 * and in the backward list
 * [MAX_POOL_GRADIENT dy, winner -> dp] [ACTIVATION_GRADIENT c, dp -> dc] [CONV2D_*_GRADIENT dc]
 * becomes  [CONV2D_*_GRADIENT, pooled: dy, winner]
 * when no other operation reads c, dp and dc: then the large map between convolution and pool is never in memory.
 * A ReLU behind the pool gives the same as one before it, and is merged as well. */
#ifndef NN_PLAN_FUSE_POOLS_H
#define NN_PLAN_FUSE_POOLS_H

#include "nn/plan/plan.h"

void plan_fuse_pools(struct plan *plan);

#endif
