/* Convolutions as products of columns (columns.h), some images at a time, so that the columns take a bounded part of
 * the device's memory:
 *
 *     y  = columns(x) · w         [pixels][patch] · [patch][K], then bias, activation and pool
 *     dx = columns'(dy · wT)      each number the sum of those that stand for it
 *     dw = columns(x)T · dy       over all chunks, in their order
 *
 * Where cuDNN was found to do the same (cudnn_convolution.h), all of this is its part. */
#include "gpu/ops/gpu_columns.h"
#include "gpu/ops/gpu_im2col.h"
#include "gpu/core/gpu_conv_pool.h"
#include "gpu/cudnn/cudnn_convolution.h"
#include "gpu/core/gpu_product.h"
#include "gpu/core/gpu_operands.h"
#include "gpu/ops/gpu_activation.h"

/* What the columns of a chunk may take, unless one image takes more. */
enum { CHUNK_BYTES = 256 << 20, CHUNK_PART = 32 /* of the device's memory */ };

enum { ALIGNMENT = 256 };

/* Sizes of an operation and where its parts lie in the workspace. */
struct layout {
    int images;              /* of a chunk, at most */
    int64_t pixels;          /* of an output image */
    int64_t patch, filters;
    bool direct;             /* a pixel's patch is that pixel of x: there is nothing to unfold */
    size_t map, columns;     /* where they begin; before them are the rounded weights. The map has K channels: y
                                before the pool, or dy behind it, or dy rounded */
    size_t bytes;
};

static size_t aligned(int64_t bytes)
{
    return ((size_t)bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool is_direct(const struct op_window *w)
{
    return w->kernel_height == 1 && w->kernel_width == 1 && w->stride == 1 && w->out_height == w->height &&
           w->out_width == w->width;
}

/* Rows that begin at a multiple of 16 bytes, for floats or for what they are rounded to, which is no longer. */
static int64_t matrix_bytes(int64_t rows, int64_t columns)
{
    return rows * gpu_product_stride(PRECISION_FP32, columns) * (int64_t)sizeof(float);
}

static int chunk_images(const struct gpu *gpu, int64_t bytes_per_image, int rows)
{
    int64_t part = (int64_t)(gpu->memory / CHUNK_PART), most = part < CHUNK_BYTES ? part : CHUNK_BYTES, images;

    if (bytes_per_image == 0)
        return rows;
    images = most / bytes_per_image;
    return (int)(images < 1 ? 1 : images < rows ? images : rows);
}

static struct layout layout_of(const struct gpu *gpu, const struct op *op, int rows)
{
    const struct op_window *w = &op->window;
    const bool rounded = op->precision == PRECISION_BF16, forward = op->kind == OP_CONV2D;
    struct layout l = { .pixels = (int64_t)w->out_height * w->out_width,
                        .patch = (int64_t)w->kernel_height * w->kernel_width * w->channels,
                        .filters = w->out_channels,
                        .direct = is_direct(w) };
    bool columns = !l.direct || (rounded && op->kind != OP_CONV2D_INPUT_GRADIENT);
    bool map = w->pooled || (rounded && !forward);
    int64_t columns_bytes = columns ? matrix_bytes(l.pixels, l.patch) : 0;
    int64_t map_bytes = map ? matrix_bytes(l.pixels, l.filters) : 0;

    l.images = chunk_images(gpu, columns_bytes + map_bytes, rows);
    l.map = rounded && op->kind != OP_CONV2D_WEIGHT_GRADIENT ? aligned(matrix_bytes(l.patch, l.filters)) : 0;
    l.columns = l.map + aligned(l.images * map_bytes);
    l.bytes = l.columns + aligned(l.images * columns_bytes);
    return l;
}

static size_t at_least(size_t bytes, size_t least)
{
    return bytes < least ? least : bytes;
}

/* For columns always: there may be steps of fewer rows. */
static size_t map_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return at_least(layout_of(gpu, op, batch).bytes, cudnn_convolution_workspace(gpu, op, batch));
}

/* What is gathered before or behind the rest takes its place. */
size_t gpu_conv2d_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return at_least(map_workspace(gpu, op, batch),
                    op->out[2] != VALUE_NONE ? gpu_moments_bytes(gpu, op->window.out_channels) : 0);
}

size_t gpu_conv2d_input_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return map_workspace(gpu, op, batch);
}

size_t gpu_conv2d_weight_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    return at_least(map_workspace(gpu, op, batch),
                    op->out[1] != VALUE_NONE ? gpu_column_sums_bytes(gpu, op->window.out_channels) : 0);
}

/* Elements from pixel to pixel of columns, and of anything with K channels. */
static int64_t columns_stride(const struct layout *l, enum precision precision)
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

/* The chunk's part of y or dy or of the winners: their numbers before it. */
static int64_t output_begin(const struct chunk *chunk)
{
    const struct op_window *w = &chunk->task->op->window;
    int64_t pixels = w->pooled ? (int64_t)(w->out_height / 2) * (w->out_width / 2) : chunk->layout->pixels;

    return chunk->first * pixels * chunk->layout->filters;
}

static uint8_t *chunk_winner(const struct chunk *chunk, void *winner)
{
    return winner ? (uint8_t *)winner + output_begin(chunk) : NULL;
}

static const void *columns_operand(const struct chunk *chunk, enum precision precision)
{
    const float *x = (const float *)chunk->task->in[0] + chunk->first * input_numbers(chunk);
    void *columns = in_workspace(chunk, chunk->layout->columns);

    if (chunk->layout->direct && precision != PRECISION_BF16)
        return x;
    gpu_columns(chunk->task->gpu, &chunk->task->op->window, precision, x, chunk->images, columns,
                columns_stride(chunk->layout, precision));
    return columns;
}

static const void *gradient_operand(const struct chunk *chunk, enum precision precision, const void *all_dy,
                                    void *winner)
{
    const struct layout *l = chunk->layout;
    const float *dy = (const float *)all_dy + output_begin(chunk);
    void *map = in_workspace(chunk, l->map);
    int64_t stride = filters_stride(l, precision);

    if (chunk->task->op->window.pooled)
        gpu_conv_pool_gradient(chunk->task->gpu, &chunk->task->op->window, precision, dy, chunk_winner(chunk, winner),
                               chunk->images, map, stride);
    else if (precision == PRECISION_BF16)
        gpu_round(chunk->task->gpu,
                  &(struct gpu_rounding){ dy, chunk->images * l->pixels, l->filters, stride, map });
    else
        return dy;
    return map;
}

/* Those of the whole step were rounded before. */
static const void *weights_operand(const struct chunk *chunk, enum precision precision)
{
    return precision == PRECISION_BF16 ? in_workspace(chunk, 0) : chunk->task->in[1];
}

static void round_weights(const struct gpu_task *task, const struct layout *l)
{
    if (task->op->precision == PRECISION_BF16)
        gpu_round(task->gpu, &(struct gpu_rounding){ task->in[1], l->patch, l->filters,
                                                     filters_stride(l, PRECISION_BF16), task->gpu->workspace });
}

/* A product of a chunk as it can be had: `p` as far as it does not hang on the precision. */
static struct gpu_product settled(const struct chunk *chunk, struct gpu_product p, const float *c)
{
    const struct layout *l = chunk->layout;
    const bool of_columns = chunk->task->op->kind != OP_CONV2D_INPUT_GRADIENT;
    enum precision precision = chunk->task->op->precision;

    do {
        p.precision = precision;
        p.stride_a = of_columns ? columns_stride(l, precision) : filters_stride(l, precision);
        p.stride_b = filters_stride(l, precision);
        precision = gpu_product_precision(chunk->task->gpu, &p, c);
    } while (precision != p.precision);
    return p;
}

static void for_each_chunk(const struct gpu_task *task, const struct layout *l, void (*run)(const struct chunk *chunk))
{
    int chunks = (task->rows + l->images - 1) / l->images, images = (task->rows + chunks - 1) / chunks;

    for (int first = 0; first < task->rows; first += images)
        run(&(struct chunk){ task, l, first, task->rows - first < images ? task->rows - first : images });
}

static void convolve(const struct chunk *chunk)
{
    const struct gpu_task *task = chunk->task;
    const struct layout *l = chunk->layout;
    const struct op_window *w = &task->op->window;
    float *y = (float *)task->out[0] + output_begin(chunk), *sums = w->pooled ? in_workspace(chunk, l->map) : y;
    const struct gpu_product p = settled(chunk,
                                         (struct gpu_product){ .rows = chunk->images * l->pixels,
                                                               .columns = l->filters,
                                                               .inner = l->patch,
                                                               .bias = w->pooled ? NULL : task->in[2],
                                                               .relu = !w->pooled && w->activation == ACTIVATION_RELU },
                                         sums);

    gpu_product(task->gpu, &p, columns_operand(chunk, p.precision), weights_operand(chunk, p.precision), sums);
    if (w->pooled)
        gpu_conv_pool(task->gpu, w, PRECISION_FP32, sums, task->in[2], chunk->images, y,
                      chunk_winner(chunk, task->out[1]));
}

void gpu_conv2d(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const struct layout l = layout_of(task->gpu, task->op, task->rows);

    if (!cudnn_convolve(task)) {
        round_weights(task, &l);
        for_each_chunk(task, &l, convolve);
    }
    gpu_activate_output(task, w->activation, w->slope, (int)(l.pixels * l.filters));
    if (task->out[2])
        gpu_moments(task->gpu, task->out[0], task->rows * l.pixels, l.filters, task->gpu->workspace, task->out[2]);
}

static void convolve_back(const struct chunk *chunk)
{
    const struct gpu_task *task = chunk->task;
    const struct layout *l = chunk->layout;
    float *dx = (float *)task->out[0] + chunk->first * input_numbers(chunk);
    float *columns = l->direct ? dx : in_workspace(chunk, l->columns);
    const struct gpu_product p = settled(chunk,
                                         (struct gpu_product){ .rows = chunk->images * l->pixels,
                                                               .columns = l->patch,
                                                               .inner = l->filters,
                                                               .transpose_b = true },
                                         columns);

    gpu_product(task->gpu, &p, gradient_operand(chunk, p.precision, task->in[0], task->in[2]),
                weights_operand(chunk, p.precision), columns);
    if (!l->direct)
        gpu_columns_gradient(task->gpu, &task->op->window, columns, chunk->images, dx);
}

void gpu_conv2d_input_gradient(const struct gpu_task *task)
{
    const struct layout l = layout_of(task->gpu, task->op, task->rows);

    if (cudnn_convolve(task))
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

    gpu_product(task->gpu, &p, columns_operand(chunk, p.precision),
                gradient_operand(chunk, p.precision, task->in[1], task->in[2]), dw);
}

/* The sums first: what is left in the workspace is for the operation behind this one. */
void gpu_conv2d_weight_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const struct layout l = layout_of(task->gpu, task->op, task->rows);
    int64_t pixels = w->pooled ? (int64_t)(w->out_height / 2) * (w->out_width / 2) : l.pixels;

    if (task->out[1])
        gpu_column_sums(task->gpu, task->in[1], task->in[2], task->rows * pixels, l.filters, task->gpu->workspace,
                        task->out[1]);
    if (!cudnn_convolve(task))
        for_each_chunk(task, &l, add_weight_gradient);
}
