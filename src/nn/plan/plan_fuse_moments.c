/* [CONV2D, linear -> x] [BATCH_NORM x -> y]  becomes  [CONV2D, linear -> x, moments] [BATCH_NORM x, moments -> y]
 * in training: the mean and variance of x are taken while x is in the cache. */
#include "nn/plan/plan_fuse.h"

static bool gives_moments(const struct op *op)
{
    return op->kind == OP_CONV2D && op->window.activation == ACTIVATION_LINEAR && !op->window.pooled;
}

void plan_fuse_moments(struct plan_builder *b)
{
    struct plan *plan = b->plan;

    for (int i = 0; i + 1 < plan->n_ops && !b->failed; i++) {
        struct op *op = &plan->ops[i], *next = &plan->ops[i + 1];

        if (!gives_moments(op) || next->kind != OP_BATCH_NORM || next->in[0] != op->out[0])
            continue;
        b->layer = next->layer;
        op->out[2] = next->in[4] = plan_scratch(b, "moments", 2, (const int[]){ 2, op->window.out_channels });
    }
}
