#include <stdio.h>

#include "nn/layers/layer_shape.h"

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    if (!layer_needs_image(in, e))
        return false;
    *out = shape_flat(in.channels);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    struct shape s = plan_shape(b, in);
    value out = plan_activation(b, "global_avgpool", shape_flat(s.channels));

    (void)l;
    plan_append(b, &(struct op){ .kind = OP_GLOBAL_AVERAGE_POOL,
                                 .in = { in },
                                 .out = { out },
                                 .window = { .height = s.height, .width = s.width, .channels = s.channels,
                                             .out_height = 1, .out_width = 1, .out_channels = s.channels,
                                             .kernel_height = s.height, .kernel_width = s.width, .stride = 1 } });
    return out;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "global avgpool");
}

LAYER_CLASS(global_avgpool) = {
    .name = "global_avgpool",
    .category = "pooling",
    .help = "the mean of each channel over the whole image: flat, one value a channel",
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
