#include "nn/plan/op_cost.h"

/* Both per image. */
static double window_flops(const struct op *op)
{
    const struct op_window *w = &op->window;

    return 2.0 * w->out_height * w->out_width * w->out_channels * w->kernel_height * w->kernel_width * w->channels;
}

static double dense_flops(const struct op *op)
{
    return 2.0 * op->dense.inputs * op->dense.outputs;
}

/* One row an operation that is more than a pass over its operands. */
static const struct {
    double (*flops)(const struct op *op);
    bool updated[OP_INPUTS]; /* inputs that are written as well */
} costs[OP_COUNT] = {
    [OP_CONV2D] = { window_flops },
    [OP_CONV2D_INPUT_GRADIENT] = { window_flops },
    [OP_CONV2D_WEIGHT_GRADIENT] = { window_flops },
    [OP_DENSE] = { dense_flops },
    [OP_DENSE_INPUT_GRADIENT] = { dense_flops },
    [OP_DENSE_WEIGHT_GRADIENT] = { dense_flops },
    [OP_BATCH_NORM] = { .updated = { [3] = true } },
    [OP_CLIP_GRADIENT] = { .updated = { [0] = true } },
    [OP_SGD] = { .updated = { [0] = true, [2] = true } },
    [OP_ADAM] = { .updated = { [0] = true, [2] = true, [3] = true } },
};

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
    struct op_cost cost = { .flops = costs[op->kind].flops ? rows * costs[op->kind].flops(op) : 0 };

    for (int k = 0; k < OP_INPUTS; k++)
        cost.bytes += operand_bytes(plan, op->in[k], rows) * (costs[op->kind].updated[k] ? 2 : 1);
    for (int k = 0; k < OP_OUTPUTS; k++)
        cost.bytes += operand_bytes(plan, op->out[k], rows);
    return cost;
}
