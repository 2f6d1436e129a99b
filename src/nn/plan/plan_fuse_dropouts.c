/* [ReLU -> h] [DROPOUT h -> y] … [DROPOUT_GRADIENT dy -> dh] [ACTIVATION_GRADIENT h, dh -> dx]
 * becomes  [ReLU -> h] [DROPOUT h -> y] … [ACTIVATION_GRADIENT y, dy -> dx, with the rate]
 * when nobody else needs dh: y is positive just where h is and was kept, so no mask has to be made again. */
#include "nn/plan/plan_fuse.h"

static int gradient_of(const struct plan *plan, const struct op *dropout)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_DROPOUT_GRADIENT && plan->ops[i].elements.salt == dropout->elements.salt)
            return i;
    return NOBODY;
}

static bool is_relu_gradient(const struct plan *plan, const struct op *op, value h, value dh)
{
    return op->kind == OP_ACTIVATION_GRADIENT && op->elements.activation == ACTIVATION_RELU && op->in[1] == dh &&
           plan_root(plan, op->in[0]) == plan_root(plan, h);
}

static void fuse_dropout(struct plan *plan, const struct op *dropout)
{
    int gradient = gradient_of(plan, dropout);

    if (gradient == NOBODY)
        return;

    value dy = plan->ops[gradient].in[0], dh = plan->ops[gradient].out[0];
    int relu = plan_fuse_reader(plan, dh, gradient);

    if (relu == NOBODY || plan_fuse_uses(plan, dh) != 1 ||
        !is_relu_gradient(plan, &plan->ops[relu], dropout->in[0], dh))
        return;
    plan->ops[relu].in[0] = dropout->out[0];
    plan->ops[relu].in[1] = dy;
    plan->ops[relu].elements.rate = dropout->elements.rate;
    plan_fuse_remove(plan, gradient);
}

void plan_fuse_dropouts(struct plan *plan)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_DROPOUT)
            fuse_dropout(plan, &plan->ops[i]);
}
