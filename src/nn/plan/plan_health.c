#include "nn/plan/plan_health.h"

#include <math.h>

#include "base/text.h"

/* Where one result is read back from. */
static value result(struct plan_builder *b, const char *name)
{
    struct plan_value v = { .arena = ARENA_METRICS, .rank = 1, .dims = { 1 }, .alias = VALUE_NONE };

    text_copy(v.name, sizeof v.name, name);
    return plan_add_value(b, &v);
}

static int floats_to(const struct plan_value *v, size_t first)
{
    return (int)((v->offset + plan_aligned(v->bytes) - first) / sizeof(float));
}

/* All parameters of the layer being looked at, or their gradients, with the zeros between them: they are neighbours in
 * their arena, as a layer declares them one after the other. VALUE_NONE: it has none. */
static value all_of_layer(struct plan_builder *b, const char *name, enum arena arena)
{
    const struct plan *plan = b->plan;
    value first = VALUE_NONE;
    struct plan_value all = { .arena = arena, .whole = true, .rank = 1 };

    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];

        if (p->arena != arena || p->layer != b->layer || p->whole)
            continue;
        first = first == VALUE_NONE ? v : first;
        all.dims[0] = floats_to(p, plan->values[first].offset);
    }
    if (first == VALUE_NONE)
        return VALUE_NONE;
    all.alias = first;
    text_copy(all.name, sizeof all.name, name);
    return plan_add_value(b, &all);
}

/* `from`, `kept`: or VALUE_NONE. */
static void append_norm(struct plan_builder *b, const char *name, value of, value from, value kept)
{
    if (b->failed)
        return;

    int count = b->plan->values[of].dims[0];
    value norm = result(b, name);

    plan_append(b, &(struct op){ .kind = OP_L2_NORM,
                                 .in = { of, from },
                                 .out = { norm, kept },
                                 .update = { .count = count } });
}

static bool is_read_in(const struct plan *plan, value v, enum span span)
{
    int reader = plan_reader(plan, v, plan->spans[span].first - 1);

    return reader != PLAN_END && reader < plan->spans[span].end;
}

static bool rectifies(enum activation a)
{
    return a == ACTIVATION_RELU || a == ACTIVATION_RELU6;
}

static bool is_relu(const struct op *op)
{
    switch (op->kind) {
    case OP_CONV2D:
    case OP_DEPTHWISE_CONV2D:
        return rectifies(op->window.activation);
    case OP_DENSE: return rectifies(op->dense.activation);
    case OP_ACTIVATION: return rectifies(op->elements.activation);
    default: return false;
    }
}

/* Behind a ReLU whose own output is not kept, that of its dropout says the same, unless a channel may well have been
 * dropped for every image. VALUE_NONE: there is none that can be read when the forward pass is over. */
static value readable_output(const struct plan *plan, const struct op *relu, int positions)
{
    const double rarely = 1e-6;
    int next = plan_reader(plan, relu->out[0], -1);
    const struct op *dropout = next != PLAN_END && plan->ops[next].kind == OP_DROPOUT ? &plan->ops[next] : NULL;

    if (is_read_in(plan, relu->out[0], SPAN_BACKWARD))
        return relu->out[0];
    if (!dropout || !is_read_in(plan, dropout->out[0], SPAN_BACKWARD) ||
        pow((double)dropout->elements.rate, positions) >= rarely)
        return VALUE_NONE;
    return dropout->out[0];
}

static void append_silent(struct plan_builder *b, const struct op *relu)
{
    struct shape s = plan_shape(b, relu->out[0]);
    int pixels = (int)(shape_size(s) / (size_t)s.channels);
    value y = readable_output(b->plan, relu, b->plan->batch * pixels);

    if (y == VALUE_NONE)
        return;
    b->layer = relu->layer;

    value silent = result(b, "silent");

    plan_append(b, &(struct op){ .kind = OP_SILENT,
                                 .in = { y },
                                 .out = { silent },
                                 .norm = { .pixels = pixels, .channels = s.channels } });
}

/* A copy, as operations move when others are appended. */
static void append_all_silent(struct plan_builder *b)
{
    for (int i = b->plan->spans[SPAN_FORWARD].first; i < b->plan->spans[SPAN_FORWARD].end && !b->failed; i++) {
        const struct op op = b->plan->ops[i];

        if (is_relu(&op) && op.layer >= b->plan->frozen)
            append_silent(b, &op);
    }
}

static int layers_of(const struct plan *plan)
{
    int most = -1;

    for (value v = 0; v < plan->n_values; v++)
        most = plan->values[v].arena == ARENA_PARAMETERS && plan->values[v].layer > most ? plan->values[v].layer : most;
    return most + 1;
}

/* The weights as they are before the update are kept where the backward pass had its values. */
static void append_before(struct plan_builder *b)
{
    if (b->layer < b->plan->frozen)
        return;

    value weights = all_of_layer(b, "weights", ARENA_PARAMETERS);
    value gradient = all_of_layer(b, "gradient", ARENA_GRADIENTS);

    if (weights == VALUE_NONE || gradient == VALUE_NONE || b->failed)
        return;

    value kept = plan_scratch(b, "before", 1, b->plan->values[weights].dims);

    append_norm(b, "gradient_norm", gradient, VALUE_NONE, VALUE_NONE);
    append_norm(b, "weight_norm", weights, VALUE_NONE, kept);
}

static void end_span(struct plan *plan, enum span span, int first)
{
    plan->spans[span].first = first;
    plan->spans[span].end = plan->n_ops;
}

void plan_health(struct plan_builder *b)
{
    struct plan *plan = b->plan;
    int first = plan->n_ops, layers = layers_of(plan), before;

    append_all_silent(b);
    end_span(plan, SPAN_HEALTH_FORWARD, first);
    before = plan->n_ops;
    for (b->layer = 0; b->layer < layers; b->layer++)
        append_before(b);
    end_span(plan, SPAN_HEALTH_BACKWARD, before);
    for (int i = before, end = plan->n_ops; i < end && !b->failed; i++) {
        const struct op op = plan->ops[i];

        b->layer = op.layer;
        if (op.out[1] != VALUE_NONE)
            append_norm(b, "update_norm", op.in[0], op.out[1], VALUE_NONE);
    }
    end_span(plan, SPAN_HEALTH_UPDATE, plan->spans[SPAN_HEALTH_BACKWARD].end);
}
