#include <limits.h>
#include <stdio.h>

#include "nn/layers/layer_shape.h"

struct upsample2d {
    int size;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct upsample2d, size, 2, 16, 2, "how many times as high and wide"),
};

static const struct upsample2d *settings(const struct layer *l)
{
    return (const struct upsample2d *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    int size = settings(l)->size;

    if (!layer_needs_image(in, e))
        return false;
    if (in.height > INT_MAX / size || in.width > INT_MAX / size)
        return error_set(e, ERROR_INPUT, "%d times %dx%d pixels are more than a layer can have", size, in.height,
                         in.width);
    *out = shape_image(in.height * size, in.width * size, in.channels);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    struct shape s = plan_shape(b, in);
    int size = settings(l)->size;
    struct op_window w = { .height = s.height,
                           .width = s.width,
                           .channels = s.channels,
                           .out_height = s.height * size,
                           .out_width = s.width * size,
                           .out_channels = s.channels,
                           .stride = size };
    value out = plan_activation(b, "upsample", layer_window_shape(&w));

    plan_append(b, &(struct op){ .kind = OP_UPSAMPLE, .in = { in }, .out = { out }, .window = w });
    return out;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    int times = settings(l)->size;

    snprintf(out, size, "upsample %d%s%d", times, unicode ? "×" : "x", times);
}

LAYER_CLASS(upsample2d) = {
    .name = "upsample2d",
    .category = "shape",
    .help = "a larger image: each pixel repeated to both sides",
    .fields = LAYER_FIELDS(struct upsample2d, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
