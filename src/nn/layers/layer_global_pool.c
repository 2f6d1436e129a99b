/* Global max and average pooling share everything but the operation. */
#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    if (!layer_needs_image(in, e))
        return false;
    *out = shape_flat(in.channels);
    return true;
}

static value emit_average(const struct layer *l, struct plan_builder *b, value in)
{
    (void)l;
    return layer_emit_global_average(b, in, shape_flat(plan_shape(b, in).channels));
}

static value emit_max(const struct layer *l, struct plan_builder *b, value in)
{
    struct shape s = plan_shape(b, in), flat = shape_flat(s.channels);
    struct op op = { .kind = OP_GLOBAL_MAX_POOL,
                     .in = { in },
                     .out = { plan_activation(b, "global_maxpool", flat), VALUE_NONE },
                     .norm = { .pixels = s.height * s.width, .channels = s.channels } };

    (void)l;
    if (b->training)
        op.out[1] = plan_activation_integers(b, "winner", flat);
    plan_append(b, &op);
    return op.out[0];
}

static void summary_max(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "global maxpool");
}

static void summary_average(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "global avgpool");
}

LAYER_CLASS(global_maxpool) = {
    .name = "global_maxpool",
    .category = "pooling",
    .help = "the largest value of each channel over the whole image: flat, one value a channel",
    .shape = shape,
    .emit = emit_max,
    .summary = summary_max,
};

LAYER_CLASS(global_avgpool) = {
    .name = "global_avgpool",
    .category = "pooling",
    .help = "the mean of each channel over the whole image: flat, one value a channel",
    .shape = shape,
    .emit = emit_average,
    .summary = summary_average,
};
