/* in ─ depthwise k×k/s ─ conv 1×1 ─ act ─ out */
#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct separable {
    int filters, kernel, stride, padding;
    bool bias;
    int activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct separable, filters, 1, 8192, 32, "output channels"),
    INTEGER_FIELD(struct separable, kernel, 1, 15, 3, "height and width of the window"),
    INTEGER_FIELD(struct separable, stride, 1, 8, 1, "step of the window"),
    CHOICE_FIELD(struct separable, padding, padding_names, PADDING_SAME,
        "same keeps the size (divided by the stride), valid pads nothing, half kernel/2 on each side"),
    SWITCH_FIELD(struct separable, bias, true, "add a trained number to each filter"),
    CHOICE_FIELD(struct separable, activation, activation_names, ACTIVATION_LINEAR, "applied to the output"),
};

static const struct separable *settings(const struct layer *l)
{
    return (const struct separable *)l->settings;
}

static struct op_window depthwise_window(const struct layer *l, struct shape in)
{
    const struct separable *s = settings(l);

    return layer_window(in, s->kernel, s->stride, (enum padding)s->padding, in.channels);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct separable *s = settings(l);

    if (!layer_needs_image(in, e) || !layer_window_fits(in, s->kernel, (enum padding)s->padding, e))
        return false;

    const struct op_window w = depthwise_window(l, in);

    *out = shape_image(w.out_height, w.out_width, s->filters);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct separable *s = settings(l);
    const struct op_window each = depthwise_window(l, plan_shape(b, in));
    value apart = layer_emit_depthwise_conv2d(b, in, &each, false);
    const struct op_window across = layer_window(plan_shape(b, apart), 1, 1, PADDING_VALID, s->filters);

    return layer_emit_activation(b, layer_emit_conv2d(b, apart, &across, s->bias), (enum activation)s->activation,
                                 LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct separable *s = settings(l);

    snprintf(out, size, "separable %d", s->filters);
    layer_window_summarise(out, size, unicode, s->kernel, s->stride, (enum padding)s->padding,
                           (enum activation)s->activation);
}

/* Chollet, "Xception: Deep learning with depthwise separable convolutions", CVPR 2017. */
LAYER_CLASS(separable_conv2d) = {
    .name = "separable_conv2d",
    .category = "convolution",
    .help = "a window for each channel by itself, then a 1x1 convolution",
    .fields = LAYER_FIELDS(struct separable, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
