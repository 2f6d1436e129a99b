#include "nn/plan/plan_fuse.h"

#include <stdlib.h>
#include <string.h>

#include "nn/plan/plan_fuse_pools.h"

/* [CONV2D, DEPTHWISE_CONV2D or DENSE -> x] [ACTIVATION x -> y]  becomes  [the same, activated -> y]
 * when no other operation reads x: then it is never written. */
/* Merges the activation at i + 1 into operation i; false when it cannot. */
static bool fuse_activation(struct plan *plan, int i)
{
    struct op *op = &plan->ops[i];
    const struct op *next = &plan->ops[i + 1];

    if (next->kind != OP_ACTIVATION || next->in[0] != op->out[0] || plan_uses(plan, op->out[0]) != 1)
        return false;
    switch (op->kind) {
    case OP_CONV2D:
    case OP_DEPTHWISE_CONV2D:
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

static void fuse_activations(struct plan *plan)
{
    for (int i = 0; i + 1 < plan->n_ops; i++)
        if (fuse_activation(plan, i))
            plan_remove(plan, i + 1);
}

/* [ReLU -> h] [DROPOUT h -> y] … [DROPOUT_GRADIENT dy -> dh] [ACTIVATION_GRADIENT h, dh -> dx]
 * becomes  [ReLU -> h] [DROPOUT h -> y] … [ACTIVATION_GRADIENT y, dy -> dx, with the rate]
 * when no other operation reads dh: y is positive just where h is and was kept, so no mask has to be made again. */
static int gradient_of(const struct plan *plan, const struct op *dropout)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_DROPOUT_GRADIENT && plan->ops[i].elements.salt == dropout->elements.salt)
            return i;
    return PLAN_END;
}

static bool is_relu_gradient(const struct plan *plan, const struct op *op, value h, value dh)
{
    return op->kind == OP_ACTIVATION_GRADIENT && op->elements.activation == ACTIVATION_RELU && op->in[1] == dh &&
           plan_root(plan, op->in[0]) == plan_root(plan, h);
}

static void fuse_dropout(struct plan *plan, const struct op *dropout)
{
    int gradient = gradient_of(plan, dropout);

    if (gradient == PLAN_END)
        return;

    value dy = plan->ops[gradient].in[0], dh = plan->ops[gradient].out[0];
    int relu = plan_reader(plan, dh, gradient);

    if (relu == PLAN_END || plan_uses(plan, dh) != 1 ||
        !is_relu_gradient(plan, &plan->ops[relu], dropout->in[0], dh))
        return;
    plan->ops[relu].in[0] = dropout->out[0];
    plan->ops[relu].in[1] = dy;
    plan->ops[relu].elements.rate = dropout->elements.rate;
    plan_remove(plan, gradient);
}

static void fuse_dropouts(struct plan *plan)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_DROPOUT)
            fuse_dropout(plan, &plan->ops[i]);
}

/* [CONV2D, linear -> x] [BATCH_NORM x -> y]  becomes  [CONV2D, linear -> x, moments] [BATCH_NORM x, moments -> y]
 * in training, and so with DEPTHWISE_CONV2D: the mean and variance of x are computed while x is in the cache. */
static value *moments_of(struct op *op)
{
    if (op->kind == OP_DEPTHWISE_CONV2D)
        return op->window.activation == ACTIVATION_LINEAR ? &op->out[1] : NULL;
    return op->kind == OP_CONV2D && op->window.activation == ACTIVATION_LINEAR && !op->window.pooled ? &op->out[2]
                                                                                                     : NULL;
}

static void fuse_moments(struct plan_builder *b)
{
    struct plan *plan = b->plan;

    for (int i = 0; i + 1 < plan->n_ops && !b->failed; i++) {
        struct op *op = &plan->ops[i], *next = &plan->ops[i + 1];
        value *moments = moments_of(op);

        if (!moments || next->kind != OP_BATCH_NORM || next->in[0] != op->out[0])
            continue;
        b->layer = next->layer;
        *moments = next->in[4] = plan_scratch(b, "moments", 2, (const int[]){ 2, op->window.out_channels });
    }
}

/* The two gradients of a layer are independent: the weights' may run beside the input's, which follows it. So a thread
 * that has finished its share of the one need not wait before it begins the other. */
static bool are_of_one_layer(const struct op *weights, const struct op *input)
{
    static const struct {
        bool has_partner;
        enum op_kind partner;
    } gradients[OP_COUNT] = {
        [OP_CONV2D_WEIGHT_GRADIENT] = { true, OP_CONV2D_INPUT_GRADIENT },
        [OP_DEPTHWISE_CONV2D_WEIGHT_GRADIENT] = { true, OP_DEPTHWISE_CONV2D_INPUT_GRADIENT },
        [OP_DENSE_WEIGHT_GRADIENT] = { true, OP_DENSE_INPUT_GRADIENT },
    };

    return gradients[weights->kind].has_partner && input->kind == gradients[weights->kind].partner &&
           input->layer == weights->layer && input->in[0] == weights->in[1];
}

static void fuse_gradients(struct plan *plan)
{
    for (int i = 0; i + 1 < plan->n_ops; i++)
        plan->ops[i].beside_next = are_of_one_layer(&plan->ops[i], &plan->ops[i + 1]);
}

void plan_fuse(struct plan_builder *b)
{
    const char *wanted = getenv("CUVETTE_FUSE");

    if (b->failed || (wanted && strcmp(wanted, "0") == 0))
        return;
    fuse_activations(b->plan);
    plan_fuse_pools(b->plan);
    fuse_dropouts(b->plan);
    fuse_moments(b);
    fuse_gradients(b->plan);
}
