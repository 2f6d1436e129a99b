/* in ─ conv 3×3/s ─ norm ─ act ─ conv 3×3 ─ norm ─ (+) ─ act ─ out
 *  └──────────── identity, or conv 1×1/s ─ norm ────┘            */
#include <stdio.h>

#include "nn/layers/layers.h"

struct residual {
    int filters, stride, activation;
};

static const struct field fields[] = {
    { .name = "filters", .help = "output channels; the skip is projected when they change", .kind = FIELD_INTEGER,
      FIELD_AT(struct residual, filters), .low = 1, .high = 8192, .preset = 16 },
    { .name = "stride", .help = "2 halves height and width", .kind = FIELD_INTEGER, FIELD_AT(struct residual, stride),
      .low = 1, .high = 8, .preset = 1 },
    { .name = "activation", .help = "after the first normalisation and after the sum", .kind = FIELD_CHOICE,
      FIELD_AT(struct residual, activation), .choices = activation_names, .preset = ACTIVATION_RELU },
};

static const double momentum = 0.99, epsilon = 1e-3;

static const struct residual *settings(const struct layer *l)
{
    return (const struct residual *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct residual *s = settings(l);
    struct op_window w;

    if (!layers_need_image(in, e) || !layers_window(in, 3, s->stride, PADDING_SAME, s->filters, &w, e))
        return false;
    *out = shape_image(w.out_height, w.out_width, w.out_channels);
    return true;
}

static value convolve(struct plan_builder *b, value in, int kernel, int stride, int filters)
{
    struct op_window w;

    if (!layers_window(plan_shape(b, in), kernel, stride, PADDING_SAME, filters, &w, &b->error)) {
        b->failed = true;
        return in;
    }
    return layers_emit_batch_norm(b, layers_emit_conv2d(b, in, &w, false), momentum, epsilon);
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct residual *s = settings(l);
    enum activation a = (enum activation)s->activation;
    value inner = layers_emit_activation(b, convolve(b, in, 3, s->stride, s->filters), a, LEAKY_SLOPE);
    value main_path = convolve(b, inner, 3, 1, s->filters), skip = in;
    struct shape out_shape = plan_shape(b, main_path);

    if (!shape_equal(plan_shape(b, in), out_shape))
        skip = convolve(b, in, 1, s->stride, s->filters);

    value sum = plan_activation(b, "sum", out_shape);

    plan_append(b, &(struct op){ .kind = OP_ADD,
                                 .in = { main_path, skip },
                                 .out = { sum },
                                 .elements = { .per_image = (int)shape_size(out_shape) } });
    return layers_emit_activation(b, sum, a, LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct residual *s = settings(l);
    char stride[16] = "";

    (void)unicode;
    if (s->stride > 1)
        snprintf(stride, sizeof stride, "/%d", s->stride);
    snprintf(out, size, "residual %d%s", s->filters, stride);
}

/* He et al., "Deep residual learning for image recognition", CVPR 2016: the skip keeps gradients from vanishing in deep stacks. */
const struct layer_class layer_residual = {
    .name = "residual",
    .category = "convolution",
    .help = "two 3x3 convolutions with batch normalisation and a skip around them",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
