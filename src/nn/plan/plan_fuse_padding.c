#include "nn/plan/plan_fuse_padding.h"

bool plan_is_zeros(const struct op *op)
{
    return op->kind == OP_AVERAGE_POOL && op->window.counts_padding && op->window.kernel_height == 1 &&
           op->window.kernel_width == 1 && op->window.stride == 1;
}

/* No window may lie in the padding as a whole. */
static bool fits(int before, int size, int out, int stride, int kernel)
{
    return before < kernel && (out - 1) * stride - before < size;
}

/* The window over an image whose zeros it takes in; false when it cannot. */
static bool widen(struct op_window *w, const struct op_window *zeros)
{
    struct op_window wide = *w;

    wide.height = zeros->height;
    wide.width = zeros->width;
    wide.pad_top += zeros->pad_top;
    wide.pad_left += zeros->pad_left;
    if (!fits(wide.pad_top, wide.height, wide.out_height, wide.stride, wide.kernel_height) ||
        !fits(wide.pad_left, wide.width, wide.out_width, wide.stride, wide.kernel_width))
        return false;
    *w = wide;
    return true;
}

static bool take_zeros(struct plan *plan, int zeros)
{
    const struct op *op = &plan->ops[zeros];
    int reader = plan_reader(plan, op->out[0], zeros);

    if (reader == PLAN_END || plan_uses(plan, op->out[0]) != 1)
        return false;

    struct op *next = &plan->ops[reader];

    if ((next->kind != OP_CONV2D && next->kind != OP_DEPTHWISE_CONV2D) || next->in[0] != op->out[0] ||
        !widen(&next->window, &op->window))
        return false;
    next->in[0] = op->in[0];
    return true;
}

void plan_fuse_padding(struct plan *plan, int first)
{
    for (int i = first; i < plan->n_ops; i++)
        if (plan_is_zeros(&plan->ops[i]) && take_zeros(plan, i))
            plan_remove(plan, i--);
}
