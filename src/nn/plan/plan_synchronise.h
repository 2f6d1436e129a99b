/* Batch norm over the whole batch of several that train together, in place of each one's slice: its mean and variance,
 * and the two sums that its gradient needs, are those of all ranks. As in PyTorch's SyncBatchNorm the layer is that of
 * Ioffe and Szegedy, "Batch normalization", ICML 2015, with the batch being all of it. */
#ifndef NN_PLAN_SYNCHRONISE_H
#define NN_PLAN_SYNCHRONISE_H

#include "nn/plan/plan_builder.h"

/* Behind plan_fuse(), before plan_distribute(); `rank` is this one of `ranks`. In pieces, with a sum over the ranks
 * between them:
 *
 *     BATCH_NORM            SPREAD_MOMENTS, ALL_REDUCE, AWAIT, MERGE_MOMENTS, BATCH_NORM with these moments
 *     BATCH_NORM_GRADIENT   BATCH_NORM_SUMS, ALL_REDUCE, AWAIT, BATCH_NORM_INPUT_GRADIENT
 *
 * In the first sum each rank brings numbers to a place of its own and zeros elsewhere, so that all get all of them, and
 * merge them in the order of the ranks. Nothing is changed where ranks is 1. ERROR_INPUT where a step goes through the
 * plan in parts: then no operation sees the whole batch. */
void plan_synchronise(struct plan_builder *b, int rank, int ranks);

#endif
