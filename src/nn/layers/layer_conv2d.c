#include <stdio.h>

#include "nn/layers/layers.h"

struct conv2d {
    int filters, kernel, stride, padding;
    bool bias;
    int activation;
};

static const struct field fields[] = {
    { .name = "filters", .help = "output channels", .kind = FIELD_INTEGER, FIELD_AT(struct conv2d, filters),
      .low = 1, .high = 8192, .preset = 32 },
    { .name = "kernel", .help = "height and width of the window", .kind = FIELD_INTEGER, FIELD_AT(struct conv2d, kernel),
      .low = 1, .high = 15, .preset = 3 },
    { .name = "stride", .help = "step of the window", .kind = FIELD_INTEGER, FIELD_AT(struct conv2d, stride),
      .low = 1, .high = 8, .preset = 1 },
    { .name = "padding", .help = "same keeps the size (divided by the stride), valid pads nothing", .kind = FIELD_CHOICE,
      FIELD_AT(struct conv2d, padding), .choices = padding_names, .preset = PADDING_SAME },
    { .name = "bias", .help = "add a trained number to each filter", .kind = FIELD_SWITCH, FIELD_AT(struct conv2d, bias),
      .preset = 1 },
    { .name = "activation", .help = "applied to the output", .kind = FIELD_CHOICE, FIELD_AT(struct conv2d, activation),
      .choices = activation_names, .preset = ACTIVATION_LINEAR },
};

static const struct conv2d *settings(const struct layer *l)
{
    return (const struct conv2d *)l->settings;
}

static bool window(const struct layer *l, struct shape in, struct op_window *w, struct error *e)
{
    const struct conv2d *s = settings(l);

    return layers_need_image(in, e) &&
           layers_window(in, s->kernel, s->stride, (enum padding)s->padding, s->filters, w, e);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    struct op_window w;

    if (!window(l, in, &w, e))
        return false;
    *out = shape_image(w.out_height, w.out_width, w.out_channels);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct conv2d *s = settings(l);
    struct op_window w;

    if (!window(l, plan_shape(b, in), &w, &b->error)) {
        b->failed = true;
        return in;
    }
    return layers_emit_activation(b, layers_emit_conv2d(b, in, &w, s->bias), (enum activation)s->activation,
                                  LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct conv2d *s = settings(l);
    const char *times = unicode ? "×" : "x";
    char stride[16] = "";

    if (s->stride > 1)
        snprintf(stride, sizeof stride, "/%d", s->stride);
    snprintf(out, size, "conv %d %d%s%d%s%s%s%s", s->filters, s->kernel, times, s->kernel, stride,
             s->padding == PADDING_VALID ? " valid" : "", s->activation == ACTIVATION_LINEAR ? "" : " ",
             s->activation == ACTIVATION_LINEAR ? "" : activation_names[s->activation]);
}

const struct layer_class layer_conv2d = {
    .name = "conv2d",
    .category = "convolution",
    .help = "a window of trained weights slides over the image",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
