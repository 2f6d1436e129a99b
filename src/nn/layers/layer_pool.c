/* Max and average pooling share everything but the operation. */
#include <stdio.h>

#include "nn/layers/layers.h"

struct pool {
    int size, stride, padding;
};

static const struct field fields[] = {
    { .name = "size", .help = "height and width of the window", .kind = FIELD_INTEGER, FIELD_AT(struct pool, size),
      .low = 1, .high = 15, .preset = 2 },
    { .name = "stride", .help = "step of the window; 0: the window's size", .kind = FIELD_INTEGER,
      FIELD_AT(struct pool, stride), .low = 0, .high = 15, .preset = 0 },
    { .name = "padding", .help = "same keeps a ragged edge, valid drops it", .kind = FIELD_CHOICE,
      FIELD_AT(struct pool, padding), .choices = padding_names, .preset = PADDING_VALID },
};

static const struct pool *settings(const struct layer *l)
{
    return (const struct pool *)l->settings;
}

static bool window(const struct layer *l, struct shape in, struct op_window *w, struct error *e)
{
    const struct pool *s = settings(l);

    return layers_need_image(in, e) && layers_window(in, s->size, s->stride ? s->stride : s->size,
                                                     (enum padding)s->padding, in.channels, w, e);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    struct op_window w;

    if (!window(l, in, &w, e))
        return false;
    *out = shape_image(w.out_height, w.out_width, w.out_channels);
    return true;
}

static value emit_max(const struct layer *l, struct plan_builder *b, value in)
{
    struct op_window w = { 0 };

    if (!window(l, plan_shape(b, in), &w, &b->error)) {
        b->failed = true;
        return in;
    }

    struct shape s = shape_image(w.out_height, w.out_width, w.out_channels);
    struct op op = { .kind = OP_MAX_POOL, .in = { in }, .out = { plan_activation(b, "maxpool", s), VALUE_NONE }, .window = w };

    if (b->training)
        op.out[1] = plan_activation_bytes(b, "winner", s);
    plan_append(b, &op);
    return op.out[0];
}

static value emit_average(const struct layer *l, struct plan_builder *b, value in)
{
    struct op_window w = { 0 };

    if (!window(l, plan_shape(b, in), &w, &b->error)) {
        b->failed = true;
        return in;
    }

    value out = plan_activation(b, "avgpool", shape_image(w.out_height, w.out_width, w.out_channels));

    plan_append(b, &(struct op){ .kind = OP_AVERAGE_POOL, .in = { in }, .out = { out }, .window = w });
    return out;
}

static void summarise(const struct layer *l, const char *name, bool unicode, char *out, size_t size)
{
    const struct pool *s = settings(l);
    char stride[16] = "";

    if (s->stride && s->stride != s->size)
        snprintf(stride, sizeof stride, "/%d", s->stride);
    snprintf(out, size, "%s %d%s%d%s%s", name, s->size, unicode ? "×" : "x", s->size, stride,
             s->padding == PADDING_SAME ? " same" : "");
}

static void summary_max(const struct layer *l, bool unicode, char *out, size_t size)
{
    summarise(l, "maxpool", unicode, out, size);
}

static void summary_average(const struct layer *l, bool unicode, char *out, size_t size)
{
    summarise(l, "avgpool", unicode, out, size);
}

const struct layer_class layer_maxpool2d = {
    .name = "maxpool2d",
    .category = "pooling",
    .help = "the largest value of each window",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit_max,
    .summary = summary_max,
};

const struct layer_class layer_avgpool2d = {
    .name = "avgpool2d",
    .category = "pooling",
    .help = "the mean of each window",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit_average,
    .summary = summary_average,
};
