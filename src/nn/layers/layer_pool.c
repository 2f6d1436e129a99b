/* Max and average pooling share everything but the operation. */
#include <stdio.h>

#include "nn/layers/layer_shape.h"

struct pool {
    int size, stride, padding;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct pool, size, 1, 15, 2, "height and width of the window"),
    INTEGER_FIELD(struct pool, stride, 0, 15, 0, "step of the window; 0: the window's size"),
    CHOICE_FIELD(struct pool, padding, padding_names, PADDING_VALID,
                 "same keeps a ragged edge, valid drops it, half adds size/2 on each side"),
};

static const struct pool *settings(const struct layer *l)
{
    return (const struct pool *)l->settings;
}

static struct op_window window(const struct layer *l, struct shape in)
{
    const struct pool *s = settings(l);

    return layer_window(in, s->size, s->stride ? s->stride : s->size, (enum padding)s->padding, in.channels);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct pool *s = settings(l);

    if (!layer_needs_image(in, e) || !layer_window_fits(in, s->size, (enum padding)s->padding, e))
        return false;

    const struct op_window w = window(l, in);

    *out = layer_window_shape(&w);
    return true;
}

static value emit_max(const struct layer *l, struct plan_builder *b, value in)
{
    const struct op_window w = window(l, plan_shape(b, in));
    const struct shape s = layer_window_shape(&w);
    struct op op = {
        .kind = OP_MAX_POOL, .in = { in }, .out = { plan_activation(b, "maxpool", s), VALUE_NONE }, .window = w
    };

    if (b->training)
        op.out[1] = plan_activation_bytes(b, "winner", s);
    plan_append(b, &op);
    return op.out[0];
}

static value emit_average(const struct layer *l, struct plan_builder *b, value in)
{
    struct op_window w = window(l, plan_shape(b, in));
    value out = plan_activation(b, "avgpool", layer_window_shape(&w));

    w.counts_padding = settings(l)->padding == PADDING_HALF; /* as PyTorch does; Keras's same does not */
    plan_append(b, &(struct op){ .kind = OP_AVERAGE_POOL, .in = { in }, .out = { out }, .window = w });
    return out;
}

static void summarise(const struct layer *l, const char *name, bool unicode, char *out, size_t size)
{
    const struct pool *s = settings(l);
    char stride[16] = "", padding[16] = "";

    if (s->stride && s->stride != s->size)
        snprintf(stride, sizeof stride, "/%d", s->stride);
    if (s->padding != PADDING_VALID)
        snprintf(padding, sizeof padding, " %s", padding_names[s->padding]);
    snprintf(out, size, "%s %d%s%d%s%s", name, s->size, unicode ? "×" : "x", s->size, stride, padding);
}

static void summary_max(const struct layer *l, bool unicode, char *out, size_t size)
{
    summarise(l, "maxpool", unicode, out, size);
}

static void summary_average(const struct layer *l, bool unicode, char *out, size_t size)
{
    summarise(l, "avgpool", unicode, out, size);
}

LAYER_CLASS(maxpool2d) = {
    .name = "maxpool2d",
    .category = "pooling",
    .help = "the largest value of each window",
    .fields = LAYER_FIELDS(struct pool, fields),
    .shape = shape,
    .emit = emit_max,
    .summary = summary_max,
};

LAYER_CLASS(avgpool2d) = {
    .name = "avgpool2d",
    .category = "pooling",
    .help = "the mean of each window",
    .fields = LAYER_FIELDS(struct pool, fields),
    .shape = shape,
    .emit = emit_average,
    .summary = summary_average,
};
