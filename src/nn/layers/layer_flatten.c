#include <stdio.h>

#include "nn/layers/layer.h"

static bool shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    if (shape_size(in) > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%zu values are more than a layer can take", shape_size(in));
    *out = shape_flat((int)shape_size(in));
    return true;
}

static value emit(const struct layer *l, struct plan_builder *b, value in)
{
    (void)l;
    return plan_reshape(b, in, shape_flat((int)shape_size(plan_shape(b, in))));
}

static void summary(const struct layer *l, bool unicode, char *out, size_t size)
{
    (void)l;
    (void)unicode;
    snprintf(out, size, "flatten");
}

LAYER_CLASS(flatten) = {
    .name = "flatten",
    .category = "shape",
    .help = "an image as one row of values, for dense layers",
    .shape = shape,
    .emit = emit,
    .summary = summary,
};
