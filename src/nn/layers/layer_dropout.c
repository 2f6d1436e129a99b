#include <stdio.h>

#include "nn/layers/layer_shape.h"

struct dropout {
    double rate;
};

static const struct field fields[] = {
    REAL_FIELD(struct dropout, rate, 0, 0.99, 0.5, "fraction of values set to zero in training"),
};

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
LAYER_CLASS(dropout) = {
    .name = "dropout",
    .category = "regularisation",
    .help = "random values set to zero in training, against overfitting",
    .fields = LAYER_FIELDS(struct dropout, fields),
    .shape = layer_shape_same,
    .emit = emit,
    .summary = summary,
};
