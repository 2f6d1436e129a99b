/* The offsets of values in ACTIVATIONS. A value lives from the first operation that touches it to the last, or to one
 * that may run beside it; two values may share bytes when their lives do not overlap. The largest gets its offset
 * first, each the lowest gap that fits (Pisarchyk and Lee, "Efficient memory management for deep neural net inference",
 * 2020). */
#ifndef NN_PLAN_MEMORY_H
#define NN_PLAN_MEMORY_H

#include "nn/plan/plan.h"

/* Element-wise operations work in place where their rows allow it. False without memory. */
bool plan_memory(struct plan *plan, struct error *e);

#endif
