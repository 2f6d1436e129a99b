/* A step on its way through the plan: its batch is brought to where the operations look for it, and they are run. What
 * is more than the plan takes at once goes through in parts of equal size, as few as do: each forward and backward,
 * the last one with the update (nn/plan/plan_accumulate.h). For the executor alone. */
#ifndef NN_EXECUTOR_PARTS_H
#define NN_EXECUTOR_PARTS_H

#include "nn/train/executor_state.h"

/* How a step is run. */
struct executor_manner {
    struct op_work *work; /* what each operation took, [operations of the span]; NULL: nobody asks */
    bool looked_at;       /* by plan_health.h's operations, which see the last part of a batch */
};

bool executor_parts_open(struct executor *x, struct error *e); /* room for what they take; false without memory */

/* Brings rows of a batch, plan->batch at most, to where the operations look for them; waits unless they are staged. */
void executor_parts_write(struct executor *x, const struct batch *batch);

/* Runs slot->step, whose batch is free again on return. Sets the seconds of the step in *x, and slot->stopped. */
void executor_parts_run(struct executor *x, enum span span, struct executor_slot *slot, const struct batch *batch,
                        struct executor_manner how);

#endif
