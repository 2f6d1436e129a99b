#include <stdio.h>

#include "nn/layers/layer_shape.h"

struct layer_scale {
    double initial;
};

static const struct field fields[] = {
    REAL_FIELD(struct layer_scale, initial, 1e-8, 10, 1e-6, "every factor at the beginning"),
};

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    *out = in;
    return layer_needs_image(in, e);
}

/* A depthwise convolution of one pixel: so every device and every format of models has it. */
static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    struct shape s = plan_shape(b, in);
    const int dims[] = { 1, 1, s.channels, 1 };
    float initial = (float)((const struct layer_scale *)l->settings)->initial;
    value factors = plan_parameter_filled(b, "depthwise_kernel", 4, dims, initial);
    value out = plan_activation(b, "scaled", s);

    plan_append(b, &(struct op){ .kind = OP_DEPTHWISE_CONV2D,
                                 .in = { in, factors, VALUE_NONE },
                                 .out = { out, VALUE_NONE },
                                 .window = layer_window(s, 1, 1, PADDING_VALID, s.channels) });
    return out;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "layer scale");
}

/* Touvron et al., "Going deeper with image transformers" (CaiT), ICCV 2021; 1e-6 as in Liu et al., "A ConvNet for the
 * 2020s" (ConvNeXt), CVPR 2022. */
LAYER_CLASS(layer_scale) = {
    .name = "layer_scale",
    .category = "normalisation",
    .help = "each channel times a trained factor, which begins small",
    .fields = LAYER_FIELDS(struct layer_scale, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
