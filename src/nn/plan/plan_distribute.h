/* Makes a plan one of several that train together, each on its slice of every batch: the gradients are summed over all
 * ranks before the update. */
#ifndef NN_PLAN_DISTRIBUTE_H
#define NN_PLAN_DISTRIBUTE_H

#include "nn/plan/plan_builder.h"

/* Behind plan_fuse(). Gradients go in buckets of neighbours in their arena, from the last to the first as the backward
 * pass makes them, of at least `bucket` bytes: an ALL_REDUCE behind the last operation that writes one of its
 * gradients, so that it goes on beside the rest of the backward pass; an AWAIT at its end. Where a step is computed in
 * parts, all of that is in its last. */
void plan_distribute(struct plan_builder *b, size_t bucket);

#endif
