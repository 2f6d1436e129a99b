#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct depthwise {
    int kernel, stride, padding;
    bool bias;
    int activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct depthwise, kernel, 1, 15, 3, "height and width of the window"),
    INTEGER_FIELD(struct depthwise, stride, 1, 8, 1, "step of the window"),
    CHOICE_FIELD(struct depthwise, padding, padding_names, PADDING_SAME,
        "same keeps the size (divided by the stride), valid pads nothing, half kernel/2 on each side"),
    SWITCH_FIELD(struct depthwise, bias, true, "add a trained number to each channel"),
    CHOICE_FIELD(struct depthwise, activation, activation_names, ACTIVATION_LINEAR, "applied to the output"),
};

static const struct depthwise *settings(const struct layer *l)
{
    return (const struct depthwise *)l->settings;
}

static struct op_window window(const struct layer *l, struct shape in)
{
    const struct depthwise *s = settings(l);

    return layer_window(in, s->kernel, s->stride, (enum padding)s->padding, in.channels);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct depthwise *s = settings(l);

    if (!layer_needs_image(in, e) || !layer_window_fits(in, s->kernel, (enum padding)s->padding, e))
        return false;

    const struct op_window w = window(l, in);

    *out = layer_window_shape(&w);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct depthwise *s = settings(l);
    const struct op_window w = window(l, plan_shape(b, in));

    return layer_emit_activation(b, layer_emit_depthwise_conv2d(b, in, &w, s->bias), (enum activation)s->activation,
                                 LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct depthwise *s = settings(l);

    snprintf(out, size, "depthwise");
    layer_window_summarise(out, size, unicode, s->kernel, s->stride, (enum padding)s->padding,
                           (enum activation)s->activation);
}

/* Howard et al., "MobileNets", arXiv 1704.04861, 2017: with a 1×1 convolution behind it, a ninth of the products of a
 * 3×3 convolution. */
LAYER_CLASS(depthwise_conv2d) = {
    .name = "depthwise_conv2d",
    .category = "convolution",
    .help = "a window of trained weights for each channel by itself",
    .fields = LAYER_FIELDS(struct depthwise, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
