/* Convolutions as products of patches (gpu_im2col.h). They take some images at a time, a chunk, so that the patches
 * need a bounded part of the device's memory:
 *
 *     y  = patches(x) · w         [pixels][patch] · [patch][K], then bias, activation and pool
 *     dx = patches'(dy · wT)      each number the sum of its copies
 *     dw = patches(x)T · dy       added up over the chunks, in their order
 *
 * Where cuDNN was found to give the same (cudnn_choices.h), it does all of this. */
#include "base/limits.h"
#include "gpu/core/gpu_conv_pool.h"
#include "gpu/core/gpu_operands.h"
#include "gpu/core/gpu_product.h"
#include "gpu/cudnn/cudnn_convolution.h"
#include "gpu/ops/gpu_activation.h"
#include "gpu/ops/gpu_columns.h"
#include "gpu/ops/gpu_im2col.h"

/* Sizes of an operation, and its workspace: rounded weights, the map, the patches. The map has K channels: y before its
 * pool; or dy, rounded, or spread over the windows of its pool. */
struct layout {
    int images;     /* of a chunk, at most */
    int64_t pixels; /* of an output image */
    int64_t patch, filters;
    bool direct;         /* a pixel's patch is that pixel of x: there is nothing to unfold */
    size_t map, patches; /* their offsets */
    size_t bytes;
};

static bool is_direct(const struct op_window *w)
{
    return w->kernel_height == 1 && w->kernel_width == 1 && w->stride == 1 && w->out_height == w->height &&
           w->out_width == w->width;
}

/* Of a matrix of floats with aligned rows; a rounded one is no larger. */
static int64_t matrix_bytes(int64_t rows, int64_t columns)
{
    return rows * gpu_product_stride(PRECISION_FP32, columns) * (int64_t)sizeof(float);
}

static int chunk_images(const struct gpu *gpu, int64_t bytes_per_image, int rows)
{
    if (bytes_per_image == 0)
        return rows;
    return (int)int64_max(1, int64_min((int64_t)gpu_workspace_most(gpu) / bytes_per_image, rows));
}

static struct layout layout_of(const struct gpu *gpu, const struct op *op, int rows)
{
    const struct op_window *w = &op->window;
    const bool rounded = op->precision == PRECISION_BF16, forward = op->kind == OP_CONV2D;
    struct layout l = { .pixels = (int64_t)w->out_height * w->out_width,
                        .patch = (int64_t)w->kernel_height * w->kernel_width * w->channels,
                        .filters = w->out_channels,
                        .direct = is_direct(w) };
    bool patches = !l.direct || (rounded && op->kind != OP_CONV2D_INPUT_GRADIENT);
    bool map = w->pooled || (rounded && !forward);
    int64_t patches_bytes = patches ? matrix_bytes(l.pixels, l.patch) : 0;
    int64_t map_bytes = map ? matrix_bytes(l.pixels, l.filters) : 0;
    int64_t weights_bytes = rounded && op->kind != OP_CONV2D_WEIGHT_GRADIENT ? matrix_bytes(l.patch, l.filters) : 0;

    l.images = chunk_images(gpu, patches_bytes + map_bytes, rows);
    l.map = gpu_aligned((size_t)weights_bytes);
    l.patches = l.map + gpu_aligned((size_t)(l.images * map_bytes));
    l.bytes = l.patches + gpu_aligned((size_t)(l.images * patches_bytes));
    return l;
}

/* For both ways: cuDNN does not do steps of fewer rows than `batch`. */
static size_t workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return size_max(layout_of(gpu, op, batch).bytes, cudnn_convolution_workspace(gpu, op, batch));
}

/* Moments and sums are gathered when the rest of the workspace is not needed yet, or no longer. */
static size_t forward_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return size_max(workspace(gpu, op, batch),
                    op->out[2] != VALUE_NONE ? gpu_columns_moments_bytes(gpu, op->window.out_channels) : 0);
}

static size_t weight_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return size_max(workspace(gpu, op, batch),
                    op->out[1] != VALUE_NONE ? gpu_columns_sum_bytes(gpu, op->window.out_channels) : 0);
}

/* Elements from pixel to pixel of patches, and of anything with K channels. */
static int64_t patches_stride(const struct layout *l, enum precision precision)
{
    return l->direct && precision != PRECISION_BF16 ? l->patch : gpu_product_stride(precision, l->patch);
}

static int64_t filters_stride(const struct layout *l, enum precision precision)
{
    return precision != PRECISION_BF16 ? l->filters : gpu_product_stride(precision, l->filters);
}

/* Some images of a step. */
struct chunk {
    const struct gpu_task *task;
    const struct layout *layout;
    int first, images;
};

static void *in_workspace(const struct chunk *chunk, size_t offset)
{
    return (char *)chunk->task->gpu->workspace + offset;
}

static int64_t input_numbers(const struct chunk *chunk)
{
    const struct op_window *w = &chunk->task->op->window;

    return (int64_t)w->height * w->width * w->channels;
}

/* Where the chunk begins in y, in dy and among the winners. */
static int64_t output_offset(const struct chunk *chunk)
{
    const struct op_window *w = &chunk->task->op->window;
    int64_t pixels = w->pooled ? (int64_t)(w->out_height / 2) * (w->out_width / 2) : chunk->layout->pixels;

    return chunk->first * pixels * chunk->layout->filters;
}

static uint8_t *chunk_winner(const struct chunk *chunk, void *winner)
{
    return winner ? (uint8_t *)winner + output_offset(chunk) : NULL;
}

static const void *patches_operand(const struct chunk *chunk, enum precision precision)
{
    const float *x = (const float *)chunk->task->in[0] + chunk->first * input_numbers(chunk);
    void *patches = in_workspace(chunk, chunk->layout->patches);

    if (chunk->layout->direct && precision != PRECISION_BF16)
        return x;
    gpu_im2col(chunk->task->gpu, &chunk->task->op->window, precision, x, chunk->images, patches,
               patches_stride(chunk->layout, precision));
    return patches;
}

static const void *gradient_operand(const struct chunk *chunk, enum precision precision, const void *all_dy,
                                    void *winner)
{
    const struct layout *l = chunk->layout;
    const float *dy = (const float *)all_dy + output_offset(chunk);
    void *map = in_workspace(chunk, l->map);
    int64_t stride = filters_stride(l, precision);

    if (chunk->task->op->window.pooled)
        gpu_conv_pool_gradient(chunk->task->gpu, &chunk->task->op->window, precision, dy, chunk_winner(chunk, winner),
                               chunk->images, map, stride);
    else if (precision == PRECISION_BF16)
        gpu_operands_round(chunk->task->gpu,
                           &(struct gpu_rounding){ dy, chunk->images * l->pixels, l->filters, stride, map });
    else
        return dy;
    return map;
}

/* Rounded once for all chunks, by round_weights(). */
static const void *weights_operand(const struct chunk *chunk, enum precision precision)
{
    return precision == PRECISION_BF16 ? in_workspace(chunk, 0) : chunk->task->in[1];
}

static void round_weights(const struct gpu_task *task, const struct layout *l)
{
    if (task->op->precision == PRECISION_BF16)
        gpu_operands_round(task->gpu,
                           &(struct gpu_rounding){ task->in[1], l->patch, l->filters,
                                                   filters_stride(l, PRECISION_BF16), task->gpu->workspace });
}

/* A chunk's product in a precision that cuBLASLt has; `p` is what does not depend on the precision. */
static struct gpu_product settled(const struct chunk *chunk, struct gpu_product p, const float *c)
{
    const struct layout *l = chunk->layout;
    const bool of_patches = chunk->task->op->kind != OP_CONV2D_INPUT_GRADIENT;
    enum precision precision = chunk->task->op->precision;

    do {
        p.precision = precision;
        p.stride_a = of_patches ? patches_stride(l, precision) : filters_stride(l, precision);
        p.stride_b = filters_stride(l, precision);
        precision = gpu_product_precision(chunk->task->gpu, &p, c);
    } while (precision != p.precision);
    return p;
}

static void for_each_chunk(const struct gpu_task *task, const struct layout *l, void (*run)(const struct chunk *chunk))
{
    int chunks = int_ceil_div(task->rows, l->images), images = int_ceil_div(task->rows, chunks);

    for (int first = 0; first < task->rows; first += images)
        run(&(struct chunk){ task, l, first, int_min(images, task->rows - first) });
}

static void convolve(const struct chunk *chunk)
{
    const struct gpu_task *task = chunk->task;
    const struct layout *l = chunk->layout;
    const struct op_window *w = &task->op->window;
    float *y = (float *)task->out[0] + output_offset(chunk), *sums = w->pooled ? in_workspace(chunk, l->map) : y;
    const struct gpu_product p = settled(chunk,
                                         (struct gpu_product){ .rows = chunk->images * l->pixels,
                                                               .columns = l->filters,
                                                               .inner = l->patch,
                                                               .bias = w->pooled ? NULL : task->in[2],
                                                               .relu = !w->pooled && w->activation == ACTIVATION_RELU },
                                         sums);

    gpu_product(task->gpu, &p, patches_operand(chunk, p.precision), weights_operand(chunk, p.precision), sums);
    if (w->pooled)
        gpu_conv_pool(task->gpu, w, PRECISION_FP32, sums, task->in[2], chunk->images, y,
                      chunk_winner(chunk, task->out[1]));
}

static void run_forward(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const struct layout l = layout_of(task->gpu, task->op, task->rows);

    if (!cudnn_convolution(task)) {
        round_weights(task, &l);
        for_each_chunk(task, &l, convolve);
    }
    gpu_activation_of_output(task, w->activation, w->slope, (int)(l.pixels * l.filters));
    if (task->out[2])
        gpu_columns_moments(task->gpu, task->out[0], task->rows * l.pixels, l.filters, task->gpu->workspace,
                            task->out[2]);
}

static void convolve_back(const struct chunk *chunk)
{
    const struct gpu_task *task = chunk->task;
    const struct layout *l = chunk->layout;
    float *dx = (float *)task->out[0] + chunk->first * input_numbers(chunk);
    float *patches = l->direct ? dx : in_workspace(chunk, l->patches);
    const struct gpu_product p = settled(chunk,
                                         (struct gpu_product){ .rows = chunk->images * l->pixels,
                                                               .columns = l->patch,
                                                               .inner = l->filters,
                                                               .transpose_b = true },
                                         patches);

    gpu_product(task->gpu, &p, gradient_operand(chunk, p.precision, task->in[0], task->in[2]),
                weights_operand(chunk, p.precision), patches);
    if (!l->direct)
        gpu_im2col_gradient(task->gpu, &task->op->window, patches, chunk->images, dx);
}

static void run_input_gradient(const struct gpu_task *task)
{
    const struct layout l = layout_of(task->gpu, task->op, task->rows);

    if (cudnn_convolution(task))
        return;
    round_weights(task, &l);
    for_each_chunk(task, &l, convolve_back);
}

static void add_weight_gradient(const struct chunk *chunk)
{
    const struct gpu_task *task = chunk->task;
    const struct layout *l = chunk->layout;
    float *dw = task->out[0];
    const struct gpu_product p = settled(chunk,
                                         (struct gpu_product){ .rows = l->patch,
                                                               .columns = l->filters,
                                                               .inner = chunk->images * l->pixels,
                                                               .transpose_a = true,
                                                               .accumulate = chunk->first > 0 },
                                         dw);

    gpu_product(task->gpu, &p, patches_operand(chunk, p.precision),
                gradient_operand(chunk, p.precision, task->in[1], task->in[2]), dw);
}

/* The sums come first, as cuDNN's way leaves something in the workspace for the next operation. */
static void run_weight_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const struct layout l = layout_of(task->gpu, task->op, task->rows);
    int64_t pixels = w->pooled ? (int64_t)(w->out_height / 2) * (w->out_width / 2) : l.pixels;

    if (task->out[1])
        gpu_columns_sum(task->gpu, task->in[1], task->in[2], task->rows * pixels, l.filters, task->gpu->workspace,
                        task->out[1]);
    if (!cudnn_convolution(task))
        for_each_chunk(task, &l, add_weight_gradient);
}

const struct gpu_kernel gpu_conv2d = { .run = run_forward, .workspace = forward_workspace };
const struct gpu_kernel gpu_conv2d_input_gradient = { .run = run_input_gradient, .workspace = workspace };
const struct gpu_kernel gpu_conv2d_weight_gradient = { .run = run_weight_gradient,
                                                       .workspace = weight_gradient_workspace };
