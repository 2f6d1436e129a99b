#include <stdio.h>

#include "nn/layers/layers.h"

struct batch_norm {
    double momentum, epsilon;
};

static const struct field fields[] = {
    { .name = "momentum", .help = "how slowly the moving mean and variance follow", .kind = FIELD_REAL,
      FIELD_AT(struct batch_norm, momentum), .low = 0, .high = 1, .preset = 0.99 },
    { .name = "epsilon", .help = "added to the variance", .kind = FIELD_REAL, FIELD_AT(struct batch_norm, epsilon),
      .low = 1e-8, .high = 1, .preset = 1e-3 },
};

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    (void)e;
    *out = in;
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct batch_norm *s = (const struct batch_norm *)l->settings;

    return layers_emit_batch_norm(b, in, s->momentum, s->epsilon);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "batch norm");
}

/* Ioffe and Szegedy, "Batch normalization", ICML 2015. */
const struct layer_class layer_batch_norm = {
    .name = "batch_norm",
    .category = "normalisation",
    .help = "each channel to mean 0 and deviation 1 over the batch, then scaled and shifted",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
