#include "nn/plan/plan_fuse_pools.h"

static bool is_pool_of(const struct op *pool, const struct op *convolution)
{
    struct op_window wanted = op_pool_window(&convolution->window);
    const struct op_window *is = &pool->window;

    return pool->kind == OP_MAX_POOL && pool->in[0] == convolution->out[0] &&
           is->kernel_height == wanted.kernel_height && is->kernel_width == wanted.kernel_width &&
           is->stride == wanted.stride && is->pad_top == 0 && is->pad_left == 0 &&
           is->out_height == wanted.out_height && is->out_width == wanted.out_width;
}

/* Where a convolution's gradient has dy; NULL for any other operation. */
static value *dy_of(struct op *op)
{
    switch (op->kind) {
    case OP_CONV2D_INPUT_GRADIENT:
        return &op->in[0];
    case OP_CONV2D_WEIGHT_GRADIENT:
        return &op->in[1];
    default:
        return NULL;
    }
}

/* Whether only gradients of a convolution read dc, as their dy. */
static bool only_for_gradients(const struct plan *plan, value dc)
{
    for (int i = plan_reader(plan, dc, PLAN_END); i != PLAN_END; i = plan_reader(plan, dc, i)) {
        const value *dy = dy_of(&plan->ops[i]);

        if (!dy || *dy != dc)
            return false;
    }
    return true;
}

/* What reads dc reads a pooled dy and its winners instead. */
static void give_pooled(struct plan *plan, value dc, value dy, value winner)
{
    for (int i = plan_reader(plan, dc, PLAN_END); i != PLAN_END; i = plan_reader(plan, dc, i)) {
        *dy_of(&plan->ops[i]) = dy;
        plan->ops[i].in[2] = winner;
        plan->ops[i].window.pooled = true;
    }
}

/* The operations behind a convolution that go into it. */
struct match {
    int pool, pool_gradient, activation_gradient; /* PLAN_END where there is none */
    value dc;                                     /* VALUE_NONE without a backward list */
};

static bool find_match(const struct plan *plan, int convolution, struct match *m)
{
    const struct op *op = &plan->ops[convolution];
    bool relu = op->window.activation == ACTIVATION_RELU;

    *m = (struct match){ .pool_gradient = PLAN_END, .activation_gradient = PLAN_END, .dc = VALUE_NONE };
    m->pool = plan_reader(plan, op->out[0], convolution);
    if (m->pool == PLAN_END || !is_pool_of(&plan->ops[m->pool], op))
        return false;
    if (plan->ops[m->pool].out[1] != VALUE_NONE)
        m->pool_gradient = plan_reader(plan, plan->ops[m->pool].out[1], m->pool);
    if (m->pool_gradient == PLAN_END)
        return plan_uses(plan, op->out[0]) == 1;
    m->dc = plan->ops[m->pool_gradient].out[0];
    if (relu) {
        m->activation_gradient = plan_reader(plan, m->dc, m->pool_gradient);
        if (m->activation_gradient == PLAN_END)
            return false;

        const struct op *gradient = &plan->ops[m->activation_gradient];

        if (gradient->kind != OP_ACTIVATION_GRADIENT || gradient->in[0] != op->out[0] ||
            plan_uses(plan, m->dc) != 1)
            return false;
        m->dc = gradient->out[0];
    }
    return plan_uses(plan, op->out[0]) == 1 + relu && only_for_gradients(plan, m->dc);
}

static bool fuse_pool(struct plan *plan, int convolution)
{
    struct op *op = &plan->ops[convolution];
    struct match m;

    if ((op->window.activation != ACTIVATION_LINEAR && op->window.activation != ACTIVATION_RELU) ||
        !find_match(plan, convolution, &m))
        return false;
    op->window.pooled = true;
    op->out[0] = plan->ops[m.pool].out[0];
    op->out[1] = plan->ops[m.pool].out[1];
    if (m.dc != VALUE_NONE)
        give_pooled(plan, m.dc, plan->ops[m.pool_gradient].in[0], op->out[1]);
    if (m.activation_gradient != PLAN_END)
        plan_remove(plan, m.activation_gradient);
    if (m.pool_gradient != PLAN_END)
        plan_remove(plan, m.pool_gradient);
    plan_remove(plan, m.pool);
    return true;
}

/* The operation that computes ReLU's gradient from its output y. */
static int relu_gradient(const struct plan *plan, value y)
{
    int i = plan_reader(plan, y, PLAN_END);

    while (i != PLAN_END && !(plan->ops[i].kind == OP_ACTIVATION_GRADIENT && plan->ops[i].in[0] == y &&
                            plan->ops[i].elements.activation == ACTIVATION_RELU))
        i = plan_reader(plan, y, i);
    return i;
}

/* Merges the ReLU behind a pooled convolution without activation: its gradient then follows from the winners. */
static void fuse_relu_behind(struct plan *plan, int convolution)
{
    struct op *op = &plan->ops[convolution];
    int relu = plan_reader(plan, op->out[0], convolution), gradient = PLAN_END;

    if (op->window.activation != ACTIVATION_LINEAR || relu == PLAN_END || plan_uses(plan, op->out[0]) != 1 ||
        plan->ops[relu].kind != OP_ACTIVATION || plan->ops[relu].elements.activation != ACTIVATION_RELU)
        return;
    if (op->out[1] != VALUE_NONE) {
        gradient = relu_gradient(plan, plan->ops[relu].out[0]);
        if (gradient == PLAN_END || !only_for_gradients(plan, plan->ops[gradient].out[0]))
            return;
        give_pooled(plan, plan->ops[gradient].out[0], plan->ops[gradient].in[1], op->out[1]);
        plan_remove(plan, gradient);
    }
    op->window.activation = ACTIVATION_RELU;
    op->out[0] = plan->ops[relu].out[0];
    plan_remove(plan, relu);
}

void plan_fuse_pools(struct plan *plan)
{
    for (int i = 0; i < plan->n_ops; i++)
        if (plan->ops[i].kind == OP_CONV2D && !plan->ops[i].window.pooled && fuse_pool(plan, i))
            fuse_relu_behind(plan, i);
}
