/* For backends whose buffers' handles are addresses: the operations of a prepared plan with their operands found. */
#ifndef NN_BOUND_OP_H
#define NN_BOUND_OP_H

#include "nn/plan/backend.h"

struct bound_op {
    const struct op *op;
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* as op->in and op->out; NULL for VALUE_NONE */
};

/* [plan->n_ops], the caller's to free(); it points into the plan and the arenas. NULL without memory. */
struct bound_op *bound_op_all(const struct plan *plan, const struct buffer arenas[ARENA_COUNT], struct error *e);

#endif
