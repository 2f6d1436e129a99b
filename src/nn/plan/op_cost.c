#include "nn/plan/op_cost.h"

static double operand_bytes(const struct plan *plan, value v, int rows)
{
    if (v == VALUE_NONE)
        return 0;

    const struct plan_value *p = &plan->values[v];
    double bytes = (double)p->bytes;

    return p->per_image ? bytes * rows / plan->batch : bytes;
}

struct op_cost op_cost(const struct plan *plan, const struct op *op, int rows)
{
    const struct op_class *class = &op_classes[op->kind];
    struct op_cost cost = { .flops = op_multiplies(op->kind) ? 2 * op_count(op, class->products, rows) : 0 };

    for (int k = 0; k < OP_INPUTS; k++)
        cost.bytes += operand_bytes(plan, op->in[k], rows) * (class->in[k].use == OP_UPDATE ? 2 : 1);
    for (int k = 0; k < OP_OUTPUTS; k++)
        cost.bytes += operand_bytes(plan, op->out[k], rows);
    return cost;
}
