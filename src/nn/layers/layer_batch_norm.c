#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct batch_norm {
    double momentum, epsilon;
};

static const struct field fields[] = {
    REAL_FIELD(struct batch_norm, momentum, 0, 1, 0.99, "how slowly the moving mean and variance follow"),
    REAL_FIELD(struct batch_norm, epsilon, 1e-8, 1, 1e-3, "added to the variance"),
};

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct batch_norm *s = (const struct batch_norm *)l->settings;

    return layer_emit_batch_norm(b, in, s->momentum, s->epsilon);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "batch norm");
}

/* Ioffe and Szegedy, "Batch normalization", ICML 2015. */
LAYER_CLASS(batch_norm) = {
    .name = "batch_norm",
    .category = "normalisation",
    .help = "each channel to mean 0 and deviation 1 over the batch, then scaled and shifted",
    .fields = LAYER_FIELDS(struct batch_norm, fields),
    .shape = layer_shape_same,
    .emit = emit,
    .summary = summary,
};
