#include <stdio.h>

#include "nn/layers/layers.h"

struct dropout {
    double rate;
};

static const struct field fields[] = {
    { .name = "rate", .help = "fraction of values set to zero in training", .kind = FIELD_REAL,
      FIELD_AT(struct dropout, rate), .low = 0, .high = 0.99, .preset = 0.5 },
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
    const struct dropout *s = (const struct dropout *)l->settings;

    if (!b->training || s->rate == 0)
        return in;

    struct shape in_shape = plan_shape(b, in);
    value out = plan_activation(b, "dropout", in_shape);

    plan_append(b, &(struct op){ .kind = OP_DROPOUT,
                                 .in = { in },
                                 .out = { out },
                                 .elements = { .per_image = (int)shape_size(in_shape),
                                               .rate = (float)s->rate,
                                               .salt = (uint32_t)b->layer } });
    return out;
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)unicode;
    snprintf(out, size, "dropout %g", ((const struct dropout *)l->settings)->rate);
}

/* Srivastava et al., "Dropout", JMLR 15 (2014), scaled in training so that evaluation needs nothing. */
const struct layer_class layer_dropout = {
    .name = "dropout",
    .category = "regularisation",
    .help = "random values set to zero in training, against overfitting",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
