#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct dense {
    int units;
    bool bias;
    int activation;
};

static const struct field fields[] = {
    INTEGER_FIELD(struct dense, units, 1, 65536, 10, "output values; the last layer has one a class"),
    SWITCH_FIELD(struct dense, bias, true, "add a trained number to each output"),
    CHOICE_FIELD(struct dense, activation, activation_names, ACTIVATION_LINEAR,
        "applied to the output; linear in the last layer, softmax belongs to the loss"),
};

static const struct dense *settings(const struct layer *l)
{
    return (const struct dense *)l->settings;
}

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    if (!layer_needs_flat(in, e))
        return false;
    *out = shape_flat(settings(l)->units);
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct dense *s = settings(l);
    const int dims[] = { plan_shape(b, in).channels, s->units };
    value kernel = plan_parameter(b, "kernel", 2, dims, INITIALISE_GLOROT_UNIFORM, dims[0], dims[1]);
    value bias = s->bias ? plan_parameter(b, "bias", 1, &dims[1], INITIALISE_ZERO, 0, 0) : VALUE_NONE;
    value out = plan_activation(b, "dense", shape_flat(s->units));

    plan_append(b, &(struct op){ .kind = OP_DENSE,
                                 .in = { in, kernel, bias },
                                 .out = { out },
                                 .dense = { .inputs = dims[0], .outputs = dims[1] } });
    return layer_emit_activation(b, out, (enum activation)s->activation, LEAKY_SLOPE);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct dense *s = settings(l);
    bool linear = s->activation == ACTIVATION_LINEAR;

    (void)unicode;
    snprintf(out, size, "dense %d%s%s", s->units, linear ? "" : " ", linear ? "" : activation_names[s->activation]);
}

LAYER_CLASS(dense) = {
    .name = "dense",
    .category = "dense",
    .help = "every output is a weighted sum of all inputs",
    .fields = LAYER_FIELDS(struct dense, fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
