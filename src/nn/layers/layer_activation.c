#include <stdio.h>

#include "nn/layers/layers.h"

struct activation_settings {
    int function;
    double slope;
};

static const struct field fields[] = {
    { .name = "function", .help = "applied to every value", .kind = FIELD_CHOICE,
      FIELD_AT(struct activation_settings, function), .choices = activation_names, .preset = ACTIVATION_RELU },
    { .name = "slope", .help = "of leaky_relu below zero", .kind = FIELD_REAL,
      FIELD_AT(struct activation_settings, slope), .low = 0, .high = 1, .preset = 0.2 },
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
    const struct activation_settings *s = (const struct activation_settings *)l->settings;

    return layers_emit_activation(b, in, (enum activation)s->function, (float)s->slope);
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    const struct activation_settings *s = (const struct activation_settings *)l->settings;

    (void)unicode;
    snprintf(out, size, "%s", activation_names[s->function]);
}

const struct layer_class layer_activation = {
    .name = "activation",
    .category = "activation",
    .help = "a function of every value: relu, leaky_relu, sigmoid, tanh, gelu",
    .fields = LAYER_FIELDS(fields),
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
