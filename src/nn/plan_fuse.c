/* [CONV2D or DENSE -> x] [ACTIVATION x -> y]  becomes  [CONV2D or DENSE, activated -> y]
 * when nobody else needs x: then it is never written. */
#include "nn/plan_passes.h"

#include <string.h>

static int uses(const struct plan *plan, value v)
{
    int count = 0;

    for (int i = 0; i < plan->n_ops; i++)
        for (int k = 0; k < OP_INPUTS; k++)
            count += plan->ops[i].in[k] != VALUE_NONE && plan_root(plan, plan->ops[i].in[k]) == plan_root(plan, v);
    return count;
}

/* Operation i takes the activation at i + 1 in; false when it cannot. */
static bool fuse_activation(struct plan *plan, int i)
{
    struct op *op = &plan->ops[i];
    const struct op *next = &plan->ops[i + 1];

    if (next->kind != OP_ACTIVATION || next->in[0] != op->out[0] || uses(plan, op->out[0]) != 1)
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

static void remove_op(struct plan *plan, int position)
{
    plan->n_ops--;
    memmove(&plan->ops[position], &plan->ops[position + 1], (size_t)(plan->n_ops - position) * sizeof *plan->ops);
    for (int s = 0; s < SPAN_COUNT; s++) {
        plan->spans[s].first -= plan->spans[s].first > position;
        plan->spans[s].end -= plan->spans[s].end > position;
    }
}

void plan_fuse(struct plan *plan)
{
    for (int i = 0; i + 1 < plan->n_ops; i++)
        if (fuse_activation(plan, i))
            remove_op(plan, i + 1);
}
