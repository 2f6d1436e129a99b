#include "nn/plan/plan_gradient.h"

#include <stdlib.h>

struct gradient {
    struct plan_builder *b;
    bool *wanted; /* [values before the pass]: there is something to train before it */
};

typedef void (*gradient_rule)(struct gradient *g, const struct op *op, value dy);

/* Room for a contribution to v's gradient. */
static value new_gradient(struct gradient *g, value v)
{
    struct plan_value copy = g->b->plan->values[v];

    copy.alias = VALUE_NONE;
    copy.arena = ARENA_ACTIVATIONS;
    return plan_add_value(g->b, &copy);
}

static bool wanted(const struct gradient *g, value v)
{
    return g->wanted[plan_root(g->b->plan, v)];
}

/* Adds dv to what other users of v have contributed. */
static void contribute(struct gradient *g, value v, value dv)
{
    value root = plan_root(g->b->plan, v), before = g->b->plan->values[root].gradient, sum = dv;

    if (before != VALUE_NONE) {
        struct plan_value copy = g->b->plan->values[root];
        struct shape s = plan_shape(g->b, root);

        copy.alias = VALUE_NONE;
        sum = plan_add_value(g->b, &copy);
        plan_append(g->b, &(struct op){ .kind = OP_ADD,
                                        .in = { before, dv },
                                        .out = { sum },
                                        .elements = { .per_image = (int)shape_size(s) } });
    }
    if (!g->b->failed)
        g->b->plan->values[root].gradient = sum;
}

/* Appends *op as the one that makes the gradient of v, in its first output. */
static void append_for(struct gradient *g, value v, struct op op)
{
    if (!wanted(g, v))
        return;
    op.out[0] = new_gradient(g, v);
    plan_append(g->b, &op);
    contribute(g, v, op.out[0]);
}

static value parameter_gradient(const struct gradient *g, value parameter)
{
    return parameter == VALUE_NONE ? VALUE_NONE : g->b->plan->values[parameter].gradient;
}

static void conv2d_gradient(struct gradient *g, const struct op *op, value dy)
{
    plan_append(g->b, &(struct op){ .kind = OP_CONV2D_WEIGHT_GRADIENT,
                                    .in = { op->in[0], dy, VALUE_NONE },
                                    .out = { parameter_gradient(g, op->in[1]), parameter_gradient(g, op->in[2]) },
                                    .window = op->window });
    append_for(g, op->in[0],
               (struct op){
                   .kind = OP_CONV2D_INPUT_GRADIENT, .in = { dy, op->in[1], VALUE_NONE }, .window = op->window });
}

static void depthwise_conv2d_gradient(struct gradient *g, const struct op *op, value dy)
{
    plan_append(g->b, &(struct op){ .kind = OP_DEPTHWISE_CONV2D_WEIGHT_GRADIENT,
                                    .in = { op->in[0], dy },
                                    .out = { parameter_gradient(g, op->in[1]), parameter_gradient(g, op->in[2]) },
                                    .window = op->window });
    append_for(
        g, op->in[0],
        (struct op){ .kind = OP_DEPTHWISE_CONV2D_INPUT_GRADIENT, .in = { dy, op->in[1] }, .window = op->window });
}

static void dense_gradient(struct gradient *g, const struct op *op, value dy)
{
    plan_append(g->b, &(struct op){ .kind = OP_DENSE_WEIGHT_GRADIENT,
                                    .in = { op->in[0], dy },
                                    .out = { parameter_gradient(g, op->in[1]), parameter_gradient(g, op->in[2]) },
                                    .dense = op->dense });
    append_for(g, op->in[0],
               (struct op){ .kind = OP_DENSE_INPUT_GRADIENT, .in = { dy, op->in[1] }, .dense = op->dense });
}

static void max_pool_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0],
               (struct op){ .kind = OP_MAX_POOL_GRADIENT, .in = { dy, op->out[1] }, .window = op->window });
}

static void average_pool_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0], (struct op){ .kind = OP_AVERAGE_POOL_GRADIENT, .in = { dy }, .window = op->window });
}

static void global_average_pool_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0],
               (struct op){ .kind = OP_GLOBAL_AVERAGE_POOL_GRADIENT, .in = { dy }, .window = op->window });
}

static void global_max_pool_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0],
               (struct op){ .kind = OP_GLOBAL_MAX_POOL_GRADIENT, .in = { dy, op->out[1] }, .norm = op->norm });
}

static void upsample_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0], (struct op){ .kind = OP_UPSAMPLE_GRADIENT, .in = { dy }, .window = op->window });
}

/* Parameters' gradients come with the input's, so the operation is there even when the input's is not wanted. */
static void batch_norm_gradient(struct gradient *g, const struct op *op, value dy)
{
    value dx = new_gradient(g, op->in[0]);

    plan_append(g->b, &(struct op){ .kind = OP_BATCH_NORM_GRADIENT,
                                    .in = { op->in[0], dy, op->in[1], op->out[1] },
                                    .out = { dx, parameter_gradient(g, op->in[1]), parameter_gradient(g, op->in[2]) },
                                    .norm = op->norm });
    if (wanted(g, op->in[0]))
        contribute(g, op->in[0], dx);
}

static void gate_gradient(struct gradient *g, const struct op *op, value dy)
{
    value made[] = { new_gradient(g, op->in[0]), new_gradient(g, op->in[1]) };

    plan_append(g->b, &(struct op){ .kind = OP_GATE_GRADIENT,
                                    .in = { op->in[0], dy, op->in[1] },
                                    .out = { made[0], made[1] },
                                    .norm = op->norm });
    for (int i = 0; i < 2; i++)
        if (wanted(g, op->in[i]))
            contribute(g, op->in[i], made[i]);
}

static void activation_gradient(struct gradient *g, const struct op *op, value dy)
{
    value from = activation_gradient_from_output(op->elements.activation) ? op->out[0] : op->in[0];

    append_for(g, op->in[0],
               (struct op){ .kind = OP_ACTIVATION_GRADIENT, .in = { from, dy }, .elements = op->elements });
}

static void dropout_gradient(struct gradient *g, const struct op *op, value dy)
{
    append_for(g, op->in[0], (struct op){ .kind = OP_DROPOUT_GRADIENT, .in = { dy }, .elements = op->elements });
}

/* Both branches get dy itself: nothing is copied, and nothing may be written over it while both live. */
static void add_gradient(struct gradient *g, const struct op *op, value dy)
{
    for (int i = 0; i < 2; i++)
        if (wanted(g, op->in[i]))
            contribute(g, op->in[i], dy);
}

static void softmax_loss_gradient(struct gradient *g, const struct op *op, value dy)
{
    (void)dy; /* the loss is where gradients begin */
    append_for(g, op->in[0],
               (struct op){ .kind = OP_SOFTMAX_LOSS_GRADIENT,
                            .in = { op->out[0], op->in[1], op->in[2] },
                            .loss = op->loss });
}

static void no_gradient(struct gradient *g, const struct op *op, value dy)
{
    (void)g;
    (void)op;
    (void)dy;
}

static const gradient_rule rules[OP_COUNT] = {
#define OPERATION(KIND, name, settings, gradient, ...) [OP_##KIND] = gradient,
    OPERATIONS(OPERATION)
#undef OPERATION
};

/* A frozen layer's parameters have no gradient. */
static bool is_trained(const struct plan_value *v)
{
    return v->arena == ARENA_PARAMETERS && v->gradient != VALUE_NONE;
}

/* A value's gradient is wanted when a parameter, or something whose gradient is wanted, went into it. */
static void mark_wanted(struct gradient *g, int first, int end)
{
    const struct plan *plan = g->b->plan;

    for (int i = first; i < end; i++) {
        const struct op *op = &plan->ops[i];
        bool trained = false;

        for (int k = 0; k < OP_INPUTS; k++)
            if (op->in[k] != VALUE_NONE)
                trained |= is_trained(&plan->values[op->in[k]]) || wanted(g, op->in[k]);
        for (int k = 0; k < OP_OUTPUTS; k++)
            if (op->out[k] != VALUE_NONE)
                g->wanted[plan_root(plan, op->out[k])] = trained;
    }
}

void plan_gradient(struct plan_builder *b, int first, int end)
{
    if (b->failed)
        return;

    struct gradient g = { .b = b, .wanted = calloc((size_t)b->plan->n_values, sizeof *g.wanted) };

    if (!g.wanted) {
        b->failed = true;
        error_set(&b->error, ERROR_MEMORY, "no memory for the backward list");
        return;
    }
    mark_wanted(&g, first, end);
    for (int i = end - 1; i >= first && !b->failed; i--) {
        struct op op = b->plan->ops[i]; /* a copy: appending moves the list */
        value dy = VALUE_NONE;

        if (op.out[0] != VALUE_NONE)
            dy = b->plan->values[plan_root(b->plan, op.out[0])].gradient;
        b->layer = op.layer;
        if (dy != VALUE_NONE || op.kind == OP_SOFTMAX_LOSS)
            rules[op.kind](&g, &op, dy);
    }
    free(g.wanted);
}
