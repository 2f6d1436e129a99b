/* in ─ conv 1×1 ─ norm ─ act ─ conv 3×3/s ─ norm ─ act ─ conv 1×1 ─ norm ─ (+) ─ act ─ out
 *  └────────────────────── identity, or conv 1×1/s ─ norm ──────────────────┘            */
#include <stdio.h>

#include "nn/layers/layer_block.h"
#include "nn/layers/layer_emit.h"

struct bottleneck {
    int filters, expansion, stride, activation;
    bool stride_first;
    BLOCK_STYLE;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct bottleneck, filters, 1, 8192, 16, "channels of the first two convolutions"),
    INTEGER_FIELD(struct bottleneck, expansion, 1, 16, 4, "output channels for each of these"),
    INTEGER_FIELD(struct bottleneck, stride, 1, 8, 1, "2 halves height and width"),
    SWITCH_FIELD(struct bottleneck, stride_first, false,
        "yes: in the first convolution, as He and Keras; no: in the 3x3, as torchvision"),
    CHOICE_FIELD(struct bottleneck, activation, activation_names, ACTIVATION_RELU,
        "after the first two normalisations and after the sum"),
    BLOCK_STYLE_FIELDS(struct bottleneck),
};

static const struct bottleneck *settings(const struct layer *l)
{
    return (const struct bottleneck *)l->settings;
}

static struct op_window first_window(const struct bottleneck *s, struct shape in)
{
    return layer_block_window(&s->style, in, 1, s->stride_first ? s->stride : 1, s->filters);
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct bottleneck *s = settings(l);

    if (!layer_needs_image(in, e))
        return false;

    const struct op_window first = first_window(s, in);
    const struct op_window w = layer_block_window(&s->style, layer_window_shape(&first), 3,
                                                  s->stride_first ? 1 : s->stride, s->filters * s->expansion);

    *out = layer_window_shape(&w);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct bottleneck *s = settings(l);
    const struct block_style *style = &s->style;
    enum activation a = (enum activation)s->activation;
    int first = s->stride_first ? s->stride : 1;
    value v = layer_block_convolve(b, style, in, 1, first, s->filters);

    v = layer_block_convolve(b, style, layer_emit_activation(b, v, a, LEAKY_SLOPE), 3, s->stride / first, s->filters);
    v = layer_block_convolve(b, style, layer_emit_activation(b, v, a, LEAKY_SLOPE), 1, 1, s->filters * s->expansion);
    return layer_emit_activation(b, layer_block_add_skip(b, style, v, in, s->stride), a, LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct bottleneck *s = settings(l);

    (void)unicode;
    snprintf(out, size, "bottleneck %d-%d", s->filters, s->filters * s->expansion);
    layer_block_summarise(out, size, s->stride);
}

/* He et al., "Deep residual learning for image recognition", CVPR 2016, figure 5. They have the stride in the first
 * convolution, which sees a quarter of the pixels; torchvision, and most since, in the 3×3. */
LAYER_CLASS(bottleneck) = {
    .name = "bottleneck",
    .category = "convolution",
    .help = "1x1, 3x3 and 1x1 convolutions with batch normalisation and a skip around them",
    .fields = LAYER_FIELDS(struct bottleneck, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
