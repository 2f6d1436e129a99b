/* [CONV2D or DENSE -> x] [ACTIVATION x -> y]  becomes  [CONV2D or DENSE, activated -> y]
 * when nobody else needs x: then it is never written. */
#include "nn/plan/plan_fuse.h"

/* Operation i takes the activation at i + 1 in; false when it cannot. */
static bool fuse_activation(struct plan *plan, int i)
{
    struct op *op = &plan->ops[i];
    const struct op *next = &plan->ops[i + 1];

    if (next->kind != OP_ACTIVATION || next->in[0] != op->out[0] || plan_fuse_uses(plan, op->out[0]) != 1)
        return false;
    switch (op->kind) {
    case OP_CONV2D:
        op->window.activation = next->elements.activation;
        op->window.slope = next->elements.slope;
        break;
    case OP_DENSE:
        op->dense.activation = next->elements.activation;
        op->dense.slope = next->elements.slope;
        break;
    default:
        return false;
    }
    op->out[0] = next->out[0];
    return true;
}

void plan_fuse_activations(struct plan *plan)
{
    for (int i = 0; i + 1 < plan->n_ops; i++)
        if (fuse_activation(plan, i))
            plan_fuse_remove(plan, i + 1);
}
