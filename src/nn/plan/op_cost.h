/* What an operation has to do: how quick a backend is at it is this over its time. */
#ifndef NN_OP_COST_H
#define NN_OP_COST_H

#include "nn/plan/plan.h"

struct op_cost {
    double flops; /* of its products, a multiplication and an addition counted as two, by the definition in ops.h
                     whatever short cut a backend takes; 0 where memory is what it waits for */
    double bytes; /* every operand moved once: inputs read, outputs written, what is updated in place both */
};

struct op_cost op_cost(const struct plan *plan, const struct op *op, int rows);

#endif
