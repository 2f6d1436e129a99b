#include "gpu/cudnn/cudnn_problem.h"

#include "base/limits.h"

enum { DIMENSIONS = 4, SPATIAL = 2 };

/* Tensor cores read rows of 16 bytes. An image of three channels as it is would be left to slower engines. */
static int channels_of(const struct op *op)
{
    const int eights = 8, channels = op->window.channels;

    if (op->precision != PRECISION_BF16 || op->kind == OP_CONV2D_INPUT_GRADIENT)
        return channels;
    return int_ceil_div(channels, eights) * eights;
}

struct cudnn_problem cudnn_problem_of(const struct op *op, int rows)
{
    const struct op_window *w = &op->window;

    return (struct cudnn_problem){ .kind = op->kind,
                                   .precision = (int)op->precision,
                                   .rows = rows,
                                   .height = w->height,
                                   .width = w->width,
                                   .channels = channels_of(op),
                                   .out_height = w->out_height,
                                   .out_width = w->out_width,
                                   .filters = w->out_channels,
                                   .kernel_height = w->kernel_height,
                                   .kernel_width = w->kernel_width,
                                   .stride = w->stride,
                                   .pad_top = w->pad_top,
                                   .pad_left = w->pad_left,
                                   .pooled = w->pooled };
}

/* cuDNN orders dimensions N, C, H, W (filters K, C, R, S), whatever their order in memory: here C is the innermost. */
static cudnn_descriptor tensor(struct cudnn_descriptors *d, enum cudnn_tensor which, bool halves,
                               const int64_t sizes[DIMENSIONS])
{
    const int64_t id = which, alignment = 16, channels = sizes[1], line = sizes[3] * channels;
    const int64_t strides[DIMENSIONS] = { sizes[2] * line, 1, line, channels };
    const unsigned numbers = halves ? CUDNN_ELEMENT_BF16 : CUDNN_ELEMENT_FLOAT;
    cudnn_descriptor made = cudnn_descriptor_new(d, CUDNN_KIND_TENSOR);

    cudnn_descriptor_set(d, made, CUDNN_TENSOR_ID, CUDNN_IS_INT64, 1, &id);
    cudnn_descriptor_set(d, made, CUDNN_TENSOR_ELEMENT, CUDNN_IS_ELEMENT, 1, &numbers);
    cudnn_descriptor_set(d, made, CUDNN_TENSOR_ALIGNMENT, CUDNN_IS_INT64, 1, &alignment);
    cudnn_descriptor_set(d, made, CUDNN_TENSOR_SIZES, CUDNN_IS_INT64, DIMENSIONS, sizes);
    cudnn_descriptor_set(d, made, CUDNN_TENSOR_STRIDES, CUDNN_IS_INT64, DIMENSIONS, strides);
    cudnn_descriptor_finish(d, made);
    return made;
}

/* Not negative: pixels at the end may be seen by no window. */
static int64_t padding_after(int out, int stride, int kernel, int size, int before)
{
    return int_max(0, (out - 1) * stride + kernel - size - before);
}

static cudnn_descriptor convolution(struct cudnn_descriptors *d, const struct cudnn_problem *p)
{
    const unsigned sums = CUDNN_ELEMENT_FLOAT, kernel = CUDNN_NOT_MIRRORED;
    const int64_t dimensions = SPATIAL, before[SPATIAL] = { p->pad_top, p->pad_left };
    const int64_t dilations[SPATIAL] = { 1, 1 }, strides[SPATIAL] = { p->stride, p->stride };
    const int64_t after[SPATIAL] = {
        padding_after(p->out_height, p->stride, p->kernel_height, p->height, p->pad_top),
        padding_after(p->out_width, p->stride, p->kernel_width, p->width, p->pad_left),
    };
    cudnn_descriptor made = cudnn_descriptor_new(d, CUDNN_KIND_CONVOLUTION);

    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_SUMS, CUDNN_IS_ELEMENT, 1, &sums);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_KERNEL, CUDNN_IS_KERNEL, 1, &kernel);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_DIMENSIONS, CUDNN_IS_INT64, 1, &dimensions);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_PAD_BEFORE, CUDNN_IS_INT64, SPATIAL, before);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_PAD_AFTER, CUDNN_IS_INT64, SPATIAL, after);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_STRIDES, CUDNN_IS_INT64, SPATIAL, strides);
    cudnn_descriptor_set(d, made, CUDNN_CONVOLUTION_DILATIONS, CUDNN_IS_INT64, SPATIAL, dilations);
    cudnn_descriptor_finish(d, made);
    return made;
}

static const struct {
    enum cudnn_kind kind;
    enum cudnn_attribute tensors[CUDNN_TENSORS], convolution, alpha, beta;
} operations[] = {
    [OP_CONV2D] = { CUDNN_KIND_FORWARD,
                    { CUDNN_FORWARD_X, CUDNN_FORWARD_W, CUDNN_FORWARD_Y },
                    CUDNN_FORWARD_CONVOLUTION, CUDNN_FORWARD_ALPHA, CUDNN_FORWARD_BETA },
    [OP_CONV2D_INPUT_GRADIENT] = { CUDNN_KIND_GRADIENT_X,
                                   { CUDNN_GRADIENT_X_DX, CUDNN_GRADIENT_X_W, CUDNN_GRADIENT_X_DY },
                                   CUDNN_GRADIENT_X_CONVOLUTION, CUDNN_GRADIENT_X_ALPHA, CUDNN_GRADIENT_X_BETA },
    [OP_CONV2D_WEIGHT_GRADIENT] = { CUDNN_KIND_GRADIENT_W,
                                    { CUDNN_GRADIENT_W_X, CUDNN_GRADIENT_W_DW, CUDNN_GRADIENT_W_DY },
                                    CUDNN_GRADIENT_W_CONVOLUTION, CUDNN_GRADIENT_W_ALPHA, CUDNN_GRADIENT_W_BETA },
};

cudnn_descriptor cudnn_problem_operation(struct cudnn_descriptors *d, const struct cudnn_problem *p)
{
    const int64_t sizes[CUDNN_TENSORS][DIMENSIONS] = {
        [CUDNN_X] = { p->rows, p->channels, p->height, p->width },
        [CUDNN_W] = { p->filters, p->channels, p->kernel_height, p->kernel_width },
        [CUDNN_Y] = { p->rows, p->filters, p->out_height, p->out_width },
    };
    const float alpha = 1.0f, beta = 0.0f;
    cudnn_descriptor made = cudnn_descriptor_new(d, operations[p->kind].kind);

    for (int i = 0; i < CUDNN_TENSORS; i++)
        cudnn_descriptor_refer(d, made, operations[p->kind].tensors[i],
                               tensor(d, (enum cudnn_tensor)i, p->precision == PRECISION_BF16, sizes[i]));
    cudnn_descriptor_refer(d, made, operations[p->kind].convolution, convolution(d, p));
    cudnn_descriptor_set(d, made, operations[p->kind].alpha, CUDNN_IS_FLOAT, 1, &alpha);
    cudnn_descriptor_set(d, made, operations[p->kind].beta, CUDNN_IS_FLOAT, 1, &beta);
    cudnn_descriptor_finish(d, made);
    return d->failed ? NULL : made;
}
