/* Depthwise convolutions and the gradients of their input. Threads take pieces of the output rows (of dx, in the
 * gradient), which are numbered through all images. With stride 1 dx is a convolution again: of dy, with the kernel
 * turned around. With another stride each pixel of dx gathers the windows over it. */
#include <string.h>

#include "kernels/activate.h"
#include "kernels/claims.h"
#include "kernels/depthwise_row.h"
#include "kernels/moments.h"

enum { PIECE_FLOATS = 1 << 15 };

static struct claims pieces_of(const struct kernel_task *task, int height, int64_t row_floats, bool own)
{
    return claims_of(task, (int64_t)task->step->rows * height, 1, int64_max(PIECE_FLOATS / row_floats, 1), own);
}

/* Rows of y; threads keep to their own shares if they compute moments. */
static struct claims forward_pieces(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;

    return pieces_of(task, w->out_height, (int64_t)w->out_width * w->channels, task->op->out[1] != VALUE_NONE);
}

static size_t forward_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return op->out[1] != VALUE_NONE ? moments_bytes(op->window.channels) : 0;
}

static void begin(const struct kernel_task *task)
{
    struct claims pieces = forward_pieces(task);

    claims_open(&pieces);
}

static void convolve(const struct kernel_task *task, struct share piece, const struct moments *moments)
{
    const struct op_window *w = &task->op->window;
    int64_t image_floats = (int64_t)w->height * w->width * w->channels,
            row_floats = (int64_t)w->out_width * w->channels;

    for (int64_t row = piece.begin; row < piece.end; row++) {
        float *y = (float *)task->out[0] + row * row_floats;

        depthwise_row(w, (const float *)task->in[0] + row / w->out_height * image_floats, task->in[1], task->in[2],
                      (int)(row % w->out_height), y);
        if (w->activation != ACTIVATION_LINEAR)
            activate(w->activation, w->slope, y, y, row_floats);
        if (moments)
            moments_add(*moments, y, w->out_width);
    }
}

static void depthwise_conv2d(const struct kernel_task *task)
{
    struct claims pieces = forward_pieces(task);
    struct moments moments;

    if (task->out[1])
        moments = moments_of_thread(task, 0, task->op->window.channels);
    for (struct share piece; claims_next(&pieces, &piece);)
        convolve(task, piece, task->out[1] ? &moments : NULL);
    if (task->out[1])
        moments_write(task, 0, task->op->window.channels, task->out[1]);
}

const struct kernel kernel_depthwise_conv2d = { .run = depthwise_conv2d,
                                                .workspace = forward_workspace,
                                                .begin = begin };

/* The convolution of dy that is dx, if the stride is 1. */
static struct op_window turned(const struct op_window *w)
{
    return (struct op_window){ .height = w->out_height,
                               .width = w->out_width,
                               .channels = w->channels,
                               .out_height = w->height,
                               .out_width = w->width,
                               .out_channels = w->channels,
                               .kernel_height = w->kernel_height,
                               .kernel_width = w->kernel_width,
                               .stride = 1,
                               .pad_top = w->kernel_height - 1 - w->pad_top,
                               .pad_left = w->kernel_width - 1 - w->pad_left };
}

static size_t gradient_shared(const struct op *op, int batch, int threads)
{
    const struct op_window *w = &op->window;

    (void)batch;
    (void)threads;
    return w->stride == 1 ? (size_t)w->kernel_height * (size_t)w->kernel_width * (size_t)w->channels * sizeof(float)
                          : 0;
}

/* Copies this thread's share of the kernel's taps, last first. */
static void turn_weights(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;
    int64_t taps = (int64_t)w->kernel_height * w->kernel_width, channels = w->channels;
    struct share share = team_share(taps, 1, task->thread, task->threads);

    for (int64_t tap = share.begin; tap < share.end; tap++)
        memcpy((float *)task->shared + tap * channels, (const float *)task->in[1] + (taps - 1 - tap) * channels,
               (size_t)channels * sizeof(float));
}

/* Rows of dx. */
static struct claims gradient_pieces(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;

    return pieces_of(task, w->height, (int64_t)w->width * w->channels, false);
}

static void gradient_begin(const struct kernel_task *task)
{
    struct claims pieces = gradient_pieces(task);

    claims_open(&pieces);
    if (task->op->window.stride == 1)
        turn_weights(task);
}

/* Along one axis: the outputs whose windows see input `in`, nearest first, and the place of `in` in the first window.
 * It moves on by the stride from each to the next. */
struct seen {
    int output, place, count;
};

static struct seen seen_from(int in, int pad, int stride, int kernel, int outputs)
{
    int at = in + pad, output = int_min(at / stride, outputs - 1), place = at - output * stride;

    return (struct seen){ output, place, place < kernel ? int_min((kernel - 1 - place) / stride, output) + 1 : 0 };
}

/* A row of dx gathers from the windows over it. */
static void gather_row(const struct op_window *w, const float *dy, const float *weights, int y, float *dx)
{
    int64_t channels = w->channels, dy_row = w->out_width * channels, w_row = w->kernel_width * channels;
    struct seen rows = seen_from(y, w->pad_top, w->stride, w->kernel_height, w->out_height);

    for (int x = 0; x < w->width; x++) {
        struct seen columns = seen_from(x, w->pad_left, w->stride, w->kernel_width, w->out_width);
        struct depthwise_taps taps = {
            .x = dy + rows.output * dy_row + columns.output * channels,
            .w = weights + rows.place * w_row + columns.place * channels,
            .rows = rows.count,
            .columns = columns.count,
            .x_row = -dy_row,
            .x_column = -channels,
            .w_row = w->stride * w_row,
            .w_column = w->stride * channels,
        };

        depthwise_pixel(&taps, NULL, channels, dx + x * channels);
    }
}

static void input_gradient(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window, back = turned(w);
    int64_t row_floats = (int64_t)w->width * w->channels,
            dy_floats = (int64_t)w->out_height * w->out_width * w->channels;
    struct claims pieces = gradient_pieces(task);

    for (struct share piece; claims_next(&pieces, &piece);)
        for (int64_t row = piece.begin; row < piece.end; row++) {
            const float *dy = (const float *)task->in[0] + row / w->height * dy_floats;
            float *dx = (float *)task->out[0] + row * row_floats;
            int y = (int)(row % w->height);

            if (w->stride == 1)
                depthwise_row(&back, dy, (const float *)task->shared, NULL, y, dx);
            else
                gather_row(w, dy, task->in[1], y, dx);
        }
}

const struct kernel kernel_depthwise_conv2d_input_gradient = { .run = input_gradient,
                                                               .shared = gradient_shared,
                                                               .begin = gradient_begin };
