/* in ─ conv 3×3/s ─ norm ─ act ─ conv 3×3 ─ norm ─ (+) ─ act ─ out
 *  └──────────── identity, or conv 1×1/s ─ norm ────┘            */
#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct residual {
    int filters, stride, activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct residual, filters, 1, 8192, 16, "output channels; the skip is projected when they change"),
    INTEGER_FIELD(struct residual, stride, 1, 8, 1, "2 halves height and width"),
    CHOICE_FIELD(struct residual, activation, activation_names, ACTIVATION_RELU,
        "after the first normalisation and after the sum"),
};

static const double momentum = 0.99, epsilon = 1e-3;

static const struct residual *settings(const struct layer *l)
{
    return (const struct residual *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct residual *s = settings(l);

    if (!layer_needs_image(in, e))
        return false;

    const struct op_window w = layer_window(in, 3, s->stride, PADDING_SAME, s->filters);

    *out = layer_window_shape(&w);
    return true;
}

static value convolve(struct plan_builder *b, value in, int kernel, int stride, int filters)
{
    const struct op_window w = layer_window(plan_shape(b, in), kernel, stride, PADDING_SAME, filters);

    return layer_emit_batch_norm(b, layer_emit_conv2d(b, in, &w, false), momentum, epsilon);
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct residual *s = settings(l);
    enum activation a = (enum activation)s->activation;
    value inner = layer_emit_activation(b, convolve(b, in, 3, s->stride, s->filters), a, LEAKY_SLOPE);
    value main_path = convolve(b, inner, 3, 1, s->filters), skip = in;
    struct shape out_shape = plan_shape(b, main_path);

    if (!shape_equal(plan_shape(b, in), out_shape))
        skip = convolve(b, in, 1, s->stride, s->filters);

    value sum = plan_activation(b, "sum", out_shape);

    plan_append(b, &(struct op){ .kind = OP_ADD,
                                 .in = { main_path, skip },
                                 .out = { sum },
                                 .elements = { .per_image = (int)shape_size(out_shape) } });
    return layer_emit_activation(b, sum, a, LEAKY_SLOPE);
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

/* He et al., "Deep residual learning for image recognition", CVPR 2016: the skip keeps gradients from vanishing in deep
 * stacks. */
LAYER_CLASS(residual) = {
    .name = "residual",
    .category = "convolution",
    .help = "two 3x3 convolutions with batch normalisation and a skip around them",
    .fields = LAYER_FIELDS(struct residual, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
