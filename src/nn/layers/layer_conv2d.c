#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct conv2d {
    int filters, kernel, stride, padding;
    bool bias;
    int activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct conv2d, filters, 1, 8192, 32, "output channels"),
    INTEGER_FIELD(struct conv2d, kernel, 1, 15, 3, "height and width of the window"),
    INTEGER_FIELD(struct conv2d, stride, 1, 8, 1, "step of the window"),
    CHOICE_FIELD(struct conv2d, padding, padding_names, PADDING_SAME,
                 "same keeps the size (divided by the stride), valid pads nothing, half kernel/2 on each side"),
    SWITCH_FIELD(struct conv2d, bias, true, "add a trained number to each filter"),
    CHOICE_FIELD(struct conv2d, activation, activation_names, ACTIVATION_LINEAR, "applied to the output"),
};

static const struct conv2d *settings(const struct layer *l)
{
    return (const struct conv2d *)l->settings;
}

static struct op_window window(const struct layer *l, struct shape in)
{
    const struct conv2d *s = settings(l);

    return layer_window(in, s->kernel, s->stride, (enum padding)s->padding, s->filters);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct conv2d *s = settings(l);

    if (!layer_needs_image(in, e) || !layer_window_fits(in, s->kernel, (enum padding)s->padding, e))
        return false;

    const struct op_window w = window(l, in);

    *out = layer_window_shape(&w);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct conv2d *s = settings(l);
    const struct op_window w = window(l, plan_shape(b, in));

    return layer_emit_activation(b, layer_emit_conv2d(b, in, &w, s->bias), (enum activation)s->activation,
                                  LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct conv2d *s = settings(l);

    snprintf(out, size, "conv %d", s->filters);
    layer_window_summarise(out, size, unicode, s->kernel, s->stride, (enum padding)s->padding,
                           (enum activation)s->activation);
}

LAYER_CLASS(conv2d) = {
    .name = "conv2d",
    .category = "convolution",
    .help = "a window of trained weights slides over the image",
    .fields = LAYER_FIELDS(struct conv2d, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
