/* Steps that have fewer images than there are ranks, on a rank that has none of them: it brings zeros to the sums, and
 * takes part in what follows from them, the update too. */
#ifndef NN_EXECUTOR_IDLE_H
#define NN_EXECUTOR_IDLE_H

#include "nn/train/executor_state.h"

/* Queues one, of SPAN_STEP or SPAN_EVALUATE, whose metrics are zeros in the slot. A failure sticks. */
void executor_idle(struct executor *x, enum span span, struct executor_slot *slot);

#endif
