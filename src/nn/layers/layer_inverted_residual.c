/* in ─ [conv 1×1 ─ norm ─ act] ─ depthwise k×k/s ─ norm ─ act ─ [squeeze and excite] ─ conv 1×1 ─ norm ─ (+) ─ out
 *  └──────────────────────── identity, where the shape stays the same ─────────────────────────────────┘
 * The first convolution is there when it makes channels more, and nothing is activated at the end. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/layers/layer_block.h"
#include "nn/layers/layer_emit.h"

struct inverted_residual {
    int filters, expansion, kernel, stride, activation;
    double squeeze_excite;
    BLOCK_STYLE;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct inverted_residual, filters, 1, 8192, 16, "output channels; a skip where they stay the same"),
    INTEGER_FIELD(struct inverted_residual, expansion, 1, 16, 6, "channels within the block for each that goes in"),
    INTEGER_FIELD(struct inverted_residual, kernel, 1, 15, 3, "height and width of the depthwise window"),
    INTEGER_FIELD(struct inverted_residual, stride, 1, 8, 1, "2 halves height and width, without a skip"),
    CHOICE_FIELD(struct inverted_residual, activation, activation_names, ACTIVATION_RELU6,
        "after the first two normalisations"),
    REAL_FIELD(struct inverted_residual, squeeze_excite, 0, 1, 0,
        "channels squeezed to, as a share of those that go in; 0: no squeeze and excite"),
    BLOCK_STYLE_FIELDS(struct inverted_residual),
};

static const struct inverted_residual *settings(const struct layer *l)
{
    return (const struct inverted_residual *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    const struct inverted_residual *s = settings(l);

    if (!layer_needs_image(in, e))
        return false;

    const struct op_window w = layer_block_window(&s->style, in, s->kernel, s->stride, s->filters);

    *out = layer_window_shape(&w);
    return true;
}

static value squeeze(const struct inverted_residual *s, struct plan_builder *b, value in, int channels)
{
    const double rounding = 1e-3; /* 0.3333333 of 3 channels is one */
    int filters = int_max(1, (int)(channels * s->squeeze_excite + rounding));

    return s->squeeze_excite > 0 ? layer_emit_squeeze_excite(b, in, filters, (enum activation)s->activation) : in;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct inverted_residual *s = settings(l);
    const struct block_style *style = &s->style;
    enum activation a = (enum activation)s->activation;
    int channels = plan_shape(b, in).channels;
    value v = in;

    if (s->expansion > 1)
        v = layer_emit_activation(b, layer_block_convolve(b, style, v, 1, 1, channels * s->expansion), a, LEAKY_SLOPE);
    v = layer_emit_activation(b, layer_block_depthwise(b, style, v, s->kernel, s->stride), a, LEAKY_SLOPE);
    v = layer_block_convolve(b, style, squeeze(s, b, v, channels), 1, 1, s->filters);
    return shape_equal(plan_shape(b, in), plan_shape(b, v)) && s->stride == 1
               ? layer_block_add_skip(b, style, v, in, 1)
               : v;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct inverted_residual *s = settings(l);
    const char *times = unicode ? "×" : "x";

    snprintf(out, size, "inverted %d %s%d %d%s%d", s->filters, times, s->expansion, s->kernel, times, s->kernel);
    layer_block_summarise(out, size, s->stride);
    if (s->squeeze_excite > 0)
        text_append(out, size, " se");
}

/* Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018; with squeeze and excite: Tan and
 * Le, "EfficientNet", ICML 2019. */
LAYER_CLASS(inverted_residual) = {
    .name = "inverted_residual",
    .category = "convolution",
    .help = "a depthwise convolution between two 1x1 ones that widen and narrow, with a skip where the shape stays",
    .fields = LAYER_FIELDS(struct inverted_residual, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
