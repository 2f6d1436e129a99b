/* in ─ conv 3×3/s ─ norm ─ act ─ conv 3×3 ─ norm ─ (+) ─ act ─ out
 *  └──────────── identity, or conv 1×1/s ─ norm ────┘            */
#include <stdio.h>

#include "nn/layers/layer_block.h"
#include "nn/layers/layer_emit.h"

struct residual {
    int filters, stride, activation;
    BLOCK_STYLE;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct residual, filters, 1, 8192, 16, "output channels; the skip is projected when they change"),
    INTEGER_FIELD(struct residual, stride, 1, 8, 1, "2 halves height and width"),
    CHOICE_FIELD(struct residual, activation, activation_names, ACTIVATION_RELU,
        "after the first normalisation and after the sum"),
    BLOCK_STYLE_FIELDS(struct residual),
};

static const struct residual *settings(const struct layer *l)
{
    return (const struct residual *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct residual *s = settings(l);

    if (!layer_needs_image(in, e))
        return false;

    const struct op_window w = layer_block_window(&s->style, in, 3, s->stride, s->filters);

    *out = layer_window_shape(&w);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct residual *s = settings(l);
    enum activation a = (enum activation)s->activation;
    value first = layer_block_convolve(b, &s->style, in, 3, s->stride, s->filters);
    value inner = layer_emit_activation(b, first, a, LEAKY_SLOPE);
    value second = layer_block_convolve(b, &s->style, inner, 3, 1, s->filters);

    return layer_emit_activation(b, layer_block_add_skip(b, &s->style, second, in, s->stride), a, LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)unicode;
    snprintf(out, size, "residual %d", settings(l)->filters);
    layer_block_summarise(out, size, settings(l)->stride);
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
