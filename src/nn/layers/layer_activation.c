#include <stdio.h>

#include "nn/layers/layer_emit.h"
#include "nn/layers/layer_shape.h"

struct activation_settings {
    int function;
    double slope;
};

static const struct field fields[] = {
    CHOICE_FIELD(struct activation_settings, function, activation_names, ACTIVATION_RELU, "applied to every value"),
    REAL_FIELD(struct activation_settings, slope, 0, 1, 0.2, "of leaky_relu below zero"),
};

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    const struct activation_settings *s = (const struct activation_settings *)l->settings;

    return layer_emit_activation(b, in, (enum activation)s->function, (float)s->slope);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct activation_settings *s = (const struct activation_settings *)l->settings;

    (void)unicode;
    snprintf(out, size, "%s", activation_names[s->function]);
}

LAYER_CLASS(activation) = {
    .name = "activation",
    .category = "activation",
    .help = "a function of every value: relu, gelu, silu and others",
    .fields = LAYER_FIELDS(struct activation_settings, fields),
    .shape = layer_shape_same,
    .emit = emit,
    .summary = summary,
};
