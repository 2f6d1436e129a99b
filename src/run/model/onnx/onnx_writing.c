#include "run/model/onnx/onnx_writing.h"

#include <stdio.h>
#include <string.h>

void onnx_writing_name(struct onnx_writing *w, const char *type, onnx_name out)
{
    int layer = w->op->layer;

    if (layer >= 0)
        snprintf(out, sizeof(onnx_name), "layer%d_%.40s/%.24s_%d", layer + 1, w->recipe->layers[layer].class->name,
                 type, w->nodes++);
    else
        snprintf(out, sizeof(onnx_name), "%.24s_%d", type, w->nodes++);
}

Onnx__NodeProto *onnx_writing_follow(struct onnx_writing *w, const char *type, onnx_name tensor, const char *second,
                                     const char *third)
{
    const char *const inputs[ONNX_INPUTS] = { tensor, second, third };
    onnx_name name;

    onnx_writing_name(w, type, name);
    Onnx__NodeProto *n = onnx_graph_node(w->graph, type, name, inputs, name);

    memcpy(tensor, name, sizeof name);
    return n;
}

void onnx_writing_constant(struct onnx_writing *w, float number, onnx_name out)
{
    onnx_writing_name(w, "constant", out);
    onnx_graph_floats(w->graph, out, 0, NULL, &number);
}

/* In a plan a row is an image's values pixel by pixel, here channel by channel; of one pixel both are the same. */
static void flatten(struct onnx_writing *w, const struct plan_value *image, onnx_name tensor)
{
    static const int64_t last[] = { 0, 2, 3, 1 };

    if (image->rank == 4 && image->dims[1] * image->dims[2] > 1)
        onnx_graph_set_ints(w->graph, onnx_writing_follow(w, "Transpose", tensor, NULL, NULL), "perm", 4, last);
    onnx_graph_set_int(w->graph, onnx_writing_follow(w, "Flatten", tensor, NULL, NULL), "axis", 1);
}

void onnx_writing_find(struct onnx_writing *w, value v, onnx_name out)
{
    const struct plan_value *values = w->weights->plan->values;

    if (!w->names[v][0] && values[v].alias != VALUE_NONE) {
        value base = values[v].alias;

        onnx_writing_find(w, base, w->names[v]);
        if (values[v].rank != values[base].rank)
            flatten(w, &values[base], w->names[v]);
    }
    memcpy(out, w->names[v], sizeof(onnx_name));
}

const char *onnx_writing_weight(const struct onnx_writing *w, value v, int row)
{
    const struct plan_value *place = plan_place(w->weights->plan, v);
    size_t first = place->offset / sizeof(float) + (row > 0 ? (size_t)row * (size_t)place->dims[1] : 0);

    for (int i = 0; i < w->state.n; i++)
        if (w->state.arrays[i].arena == place->arena && w->state.arrays[i].first == first)
            return w->state.arrays[i].name;
    w->graph->failed = true; /* cannot be: each weight of an operation is in the state */
    return "";
}
