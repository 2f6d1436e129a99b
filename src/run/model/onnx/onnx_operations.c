#include "run/model/onnx/onnx_operations.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "nn/plan/plan_fuse_padding.h"
#include "run/model/onnx/onnx_activation.h"

/* What is not said of padding follows from the sizes. */
static int64_t pad_after(int size, int out, int kernel, int stride, int before)
{
    int needed = (out - 1) * stride + kernel - size - before;

    return needed > 0 ? needed : 0;
}

static void set_window(struct onnx_writing *w, Onnx__NodeProto *n, const struct op_window *of)
{
    const int64_t kernel[] = { of->kernel_height, of->kernel_width }, strides[] = { of->stride, of->stride };
    const int64_t pads[] = { of->pad_top, of->pad_left,
                             pad_after(of->height, of->out_height, of->kernel_height, of->stride, of->pad_top),
                             pad_after(of->width, of->out_width, of->kernel_width, of->stride, of->pad_left) };

    onnx_graph_set_ints(w->graph, n, "kernel_shape", 2, kernel);
    onnx_graph_set_ints(w->graph, n, "strides", 2, strides);
    onnx_graph_set_ints(w->graph, n, "pads", 4, pads);
}

/* (pixel / 255 - mean) × 1/deviation, as one product and one sum. */
static void put_gather(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const struct plan *plan = w->weights->plan;
    const float *mean = w->weights->statistics + plan_place(plan, plan->normalisation)->offset / sizeof *mean;
    const int channels = op->gather.channels, dims[] = { 1, channels, 1, 1 };
    float *scale = onnx_graph_floats(w->graph, "normalisation.scale", 4, dims, NULL);
    float *offset = onnx_graph_floats(w->graph, "normalisation.offset", 4, dims, NULL);

    for (int c = 0; offset && c < channels; c++) {
        scale[c] = mean[channels + c] / 255;
        offset[c] = -mean[c] * mean[channels + c];
    }
    text_copy(t, sizeof(onnx_name), ONNX_IMAGES);
    onnx_writing_follow(w, "Mul", t, "normalisation.scale", NULL);
    onnx_writing_follow(w, "Add", t, "normalisation.offset", NULL);
}

static const char *bias(const struct onnx_writing *w, const struct op *op)
{
    return op->in[2] != VALUE_NONE ? onnx_writing_weight(w, op->in[2], 0) : NULL;
}

/* Of training alone. */
static void put_retouch(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    (void)w, (void)op, (void)t;
}

static void put_mix(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    (void)w, (void)op, (void)t;
}

static void put_conv2d(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const struct op_window *of = &op->window;

    set_window(w, onnx_writing_follow(w, "Conv", t, onnx_writing_weight(w, op->in[1], 0), bias(w, op)), of);
    onnx_activation_put(w, t, of->activation, of->slope);
    if (of->pooled) {
        const struct op_window pool = op_pool_window(of);

        set_window(w, onnx_writing_follow(w, "MaxPool", t, NULL, NULL), &pool);
    }
}

/* A convolution in as many groups as there are channels. */
static void put_depthwise_conv2d(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const struct op_window *of = &op->window;
    Onnx__NodeProto *n = onnx_writing_follow(w, "Conv", t, onnx_writing_weight(w, op->in[1], 0), bias(w, op));

    set_window(w, n, of);
    onnx_graph_set_int(w->graph, n, "group", of->channels);
    onnx_activation_put(w, t, of->activation, of->slope);
}

static void put_dense(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    Onnx__NodeProto *n = onnx_writing_follow(w, "Gemm", t, onnx_writing_weight(w, op->in[1], 0), bias(w, op));

    onnx_graph_set_int(w->graph, n, "transB", 1);
    onnx_activation_put(w, t, op->dense.activation, op->dense.slope);
}

static void put_max_pool(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    set_window(w, onnx_writing_follow(w, "MaxPool", t, NULL, NULL), &op->window);
}

/* Zeros around an image are a mean of single pixels that counts the padding; of ONNX's pools none may lie in the
 * padding altogether. A convolution may. It is no Pad, as onnxruntime 1.20 merges that with a pool behind it, with
 * other results. */
static void put_zeros(struct onnx_writing *w, const struct op_window *of, onnx_name t)
{
    onnx_name name;

    onnx_writing_name(w, "ones", name);
    float *ones = onnx_graph_floats(w->graph, name, 4, (const int[]){ of->channels, 1, 1, 1 }, NULL);

    for (int c = 0; ones && c < of->channels; c++)
        ones[c] = 1;
    Onnx__NodeProto *n = onnx_writing_follow(w, "Conv", t, name, NULL);

    set_window(w, n, of);
    onnx_graph_set_int(w->graph, n, "group", of->channels);
}

static void put_average_pool(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    if (plan_is_zeros(op)) {
        put_zeros(w, &op->window, t);
        return;
    }

    Onnx__NodeProto *n = onnx_writing_follow(w, "AveragePool", t, NULL, NULL);

    set_window(w, n, &op->window);
    onnx_graph_set_int(w->graph, n, "count_include_pad", op->window.counts_padding);
}

static void put_global_average_pool(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    onnx_writing_follow(w, "GlobalAveragePool", t, NULL, NULL);
    if (w->weights->plan->values[op->out[0]].rank == 2) /* not an image of one pixel */
        onnx_graph_set_int(w->graph, onnx_writing_follow(w, "Flatten", t, NULL, NULL), "axis", 1);
}

static void put_global_max_pool(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    (void)op;
    onnx_writing_follow(w, "GlobalMaxPool", t, NULL, NULL);
    onnx_graph_set_int(w->graph, onnx_writing_follow(w, "Flatten", t, NULL, NULL), "axis", 1);
}

static void put_upsample(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const float scales[] = { 1, 1, (float)op->window.stride, (float)op->window.stride };
    onnx_name name;

    onnx_writing_name(w, "scales", name);
    onnx_graph_floats(w->graph, name, 1, (const int[]){ 4 }, scales);
    Onnx__NodeProto *n = onnx_writing_follow(w, "Resize", t, "", name);

    onnx_graph_set_text(w->graph, n, "mode", "nearest");
    onnx_graph_set_text(w->graph, n, "coordinate_transformation_mode", "asymmetric");
    onnx_graph_set_text(w->graph, n, "nearest_mode", "floor");
}

static void put_batch_norm_inference(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const char *const inputs[ONNX_INPUTS] = { t, onnx_writing_weight(w, op->in[1], 0),
                                              onnx_writing_weight(w, op->in[2], 0),
                                              onnx_writing_weight(w, op->in[3], 0),
                                              onnx_writing_weight(w, op->in[3], 1) };
    onnx_name name;

    onnx_writing_name(w, "BatchNormalization", name);
    Onnx__NodeProto *n = onnx_graph_node(w->graph, "BatchNormalization", name, inputs, name);

    onnx_graph_set_float(w->graph, n, "epsilon", op->norm.epsilon);
    memcpy(t, name, sizeof name);
}

static void put_activation(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    onnx_activation_put(w, t, op->elements.activation, op->elements.slope);
}

static void put_add(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    onnx_name second;

    onnx_writing_find(w, op->in[1], second);
    onnx_writing_follow(w, "Add", t, second, NULL);
}

static void put_gate(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    onnx_name factor;

    onnx_writing_find(w, op->in[1], factor);
    onnx_writing_follow(w, "Mul", t, factor, NULL);
}

static void put_softmax_loss(struct onnx_writing *w, const struct op *op, onnx_name t)
{
    const char *const inputs[ONNX_INPUTS] = { t };

    (void)op;
    onnx_graph_set_int(w->graph, onnx_graph_node(w->graph, "Softmax", "Softmax", inputs, ONNX_PROBABILITIES), "axis",
                       1);
    text_copy(t, sizeof(onnx_name), ONNX_PROBABILITIES);
}

/* What an evaluation is made of: each takes the tensor of its first input, and leaves its output's in its place. An
 * operation without a row is refused with its layer's name, and test_format_onnx.c writes every layer. */
#define ONNX_OPERATIONS(X)                                                                                             \
    X(GATHER, gather)                                                                                                  \
    X(RETOUCH, retouch)                                                                                                \
    X(MIX, mix)                                                                                                        \
    X(CONV2D, conv2d)                                                                                                  \
    X(DEPTHWISE_CONV2D, depthwise_conv2d)                                                                              \
    X(DENSE, dense)                                                                                                    \
    X(MAX_POOL, max_pool)                                                                                              \
    X(AVERAGE_POOL, average_pool)                                                                                      \
    X(GLOBAL_AVERAGE_POOL, global_average_pool)                                                                        \
    X(GLOBAL_MAX_POOL, global_max_pool)                                                                                \
    X(UPSAMPLE, upsample)                                                                                              \
    X(BATCH_NORM_INFERENCE, batch_norm_inference)                                                                      \
    X(ACTIVATION, activation)                                                                                          \
    X(GATE, gate)                                                                                                      \
    X(ADD, add)                                                                                                        \
    X(SOFTMAX_LOSS, softmax_loss)

static void (*const operations[OP_COUNT])(struct onnx_writing *w, const struct op *op, onnx_name t) = {
#define ONNX_OPERATION(KIND, name) [OP_##KIND] = put_##name,
    ONNX_OPERATIONS(ONNX_OPERATION)
#undef ONNX_OPERATION
};

static bool put_operation(struct onnx_writing *w, const struct op *op, struct error *e)
{
    onnx_name tensor;

    if (!operations[op->kind])
        return error_set(e, ERROR_INPUT,
                         "layer %d (%s) cannot be written as ONNX, for which cuvette has nothing for %s", op->layer + 1,
                         op->layer >= 0 ? w->recipe->layers[op->layer].class->name : "?", op_name(op->kind));
    w->op = op;
    onnx_writing_find(w, op->in[0], tensor);
    operations[op->kind](w, op, tensor);
    memcpy(w->names[op->out[0]], tensor, sizeof tensor);
    return true;
}

static void put_weights(struct onnx_writing *w)
{
    for (int i = 0; i < w->state.n; i++) {
        const struct state_array *a = &w->state.arrays[i];
        const float *arena = a->arena == ARENA_PARAMETERS ? w->weights->parameters : w->weights->statistics;
        float *to = onnx_graph_floats(w->graph, a->name, a->rank, a->dims, NULL);

        if (to)
            state_array_turn_out(a, arena + a->first, to);
    }
}

static void put_ends(struct onnx_writing *w)
{
    const struct shape *s = &w->weights->plan->input;

    onnx_graph_input(w->graph, ONNX_IMAGES, "pixels of 0 to 255: (image, channel, row, column)", 4,
                     (const int[]){ 0, s->channels, s->height, s->width });
    onnx_graph_output(w->graph, ONNX_PROBABILITIES, "a probability a class: (image, class)", 2,
                      (const int[]){ 0, w->weights->plan->classes });
}

static bool put_all(struct onnx_writing *w, struct error *e)
{
    const struct plan *plan = w->weights->plan;
    bool good = true;

    put_ends(w);
    put_weights(w);
    for (int i = plan->spans[SPAN_EVALUATE].first; good && i < plan->spans[SPAN_EVALUATE].end; i++)
        good = put_operation(w, &plan->ops[i], e);
    return good && (!w->graph->failed || error_set(e, ERROR_MEMORY, "no memory for the graph of a model"));
}

bool onnx_operations_graph(const struct recipe *r, const struct trainer_weights *w, struct onnx_graph *out,
                           struct error *e)
{
    struct onnx_writing writing = { .recipe = r, .weights = w, .graph = out };

    onnx_graph_begin(out, r->name);
    writing.names = memory_new((size_t)w->plan->n_values, sizeof *writing.names, e);
    bool good = writing.names && state_dict_make(r, w->plan, &writing.state, e) && put_all(&writing, e);

    state_dict_free(&writing.state);
    free(writing.names);
    return good;
}
