#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct squeeze_excite {
    int filters, activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct squeeze_excite, filters, 1, 8192, 8, "channels that an image is squeezed to"),
    CHOICE_FIELD(struct squeeze_excite, activation, activation_names, ACTIVATION_RELU, "of the squeezed channels"),
};

static const struct squeeze_excite *settings(const struct layer *l)
{
    return (const struct squeeze_excite *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    *out = in;
    return layer_needs_image(in, e);
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    return layer_emit_squeeze_excite(b, in, settings(l)->filters, (enum activation)settings(l)->activation);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)unicode;
    snprintf(out, size, "squeeze excite %d", settings(l)->filters);
}

/* Hu et al., "Squeeze-and-excitation networks", CVPR 2018. */
LAYER_CLASS(squeeze_excite) = {
    .name = "squeeze_excite",
    .category = "convolution",
    .help = "each channel times a number of 0..1 that is made from the means of all channels of the image",
    .fields = LAYER_FIELDS(struct squeeze_excite, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
