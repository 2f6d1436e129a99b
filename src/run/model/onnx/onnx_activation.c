#include "run/model/onnx/onnx_activation.h"

#include <math.h>
#include <string.h>

static void put_none(struct onnx_writing *w, onnx_name t, float slope)
{
    (void)w, (void)t, (void)slope;
}

static void put_relu(struct onnx_writing *w, onnx_name t, float slope)
{
    (void)slope;
    onnx_writing_follow(w, "Relu", t, NULL, NULL);
}

static void put_relu6(struct onnx_writing *w, onnx_name t, float slope)
{
    onnx_name low, high;

    (void)slope;
    onnx_writing_constant(w, 0, low);
    onnx_writing_constant(w, 6, high);
    onnx_writing_follow(w, "Clip", t, low, high);
}

static void put_leaky_relu(struct onnx_writing *w, onnx_name t, float slope)
{
    onnx_graph_set_float(w->graph, onnx_writing_follow(w, "LeakyRelu", t, NULL, NULL), "alpha", slope);
}

static void put_sigmoid(struct onnx_writing *w, onnx_name t, float slope)
{
    (void)slope;
    onnx_writing_follow(w, "Sigmoid", t, NULL, NULL);
}

static void put_tanh(struct onnx_writing *w, onnx_name t, float slope)
{
    (void)slope;
    onnx_writing_follow(w, "Tanh", t, NULL, NULL);
}

/* x (1 + erf(x / √2)) / 2 */
static void put_gelu(struct onnx_writing *w, onnx_name t, float slope)
{
    onnx_name x, root, one, half;

    (void)slope;
    memcpy(x, t, sizeof x);
    onnx_writing_constant(w, (float)sqrt(0.5), root);
    onnx_writing_constant(w, 1, one);
    onnx_writing_constant(w, 0.5f, half);
    onnx_writing_follow(w, "Mul", t, root, NULL);
    onnx_writing_follow(w, "Erf", t, NULL, NULL);
    onnx_writing_follow(w, "Add", t, one, NULL);
    onnx_writing_follow(w, "Mul", t, x, NULL);
    onnx_writing_follow(w, "Mul", t, half, NULL);
}

static void put_silu(struct onnx_writing *w, onnx_name t, float slope)
{
    onnx_name x;

    (void)slope;
    memcpy(x, t, sizeof x);
    onnx_writing_follow(w, "Sigmoid", t, NULL, NULL);
    onnx_writing_follow(w, "Mul", t, x, NULL);
}

static void put_hard_swish(struct onnx_writing *w, onnx_name t, float slope)
{
    (void)slope;
    onnx_writing_follow(w, "HardSwish", t, NULL, NULL);
}

#define put_linear put_none
/* A row of ACTIVATIONS without a put_NAME does not compile. */
static void (*const activations[])(struct onnx_writing *w, onnx_name t, float slope) = {
#define ACTIVATION_KIND(kind, name, from_output) [ACTIVATION_##kind] = put_##name,
    ACTIVATIONS(ACTIVATION_KIND)
#undef ACTIVATION_KIND
};

void onnx_activation_put(struct onnx_writing *w, onnx_name t, enum activation a, float slope)
{
    activations[a](w, t, slope);
}
