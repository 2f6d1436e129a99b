/* Convolution forward: blocks of output rows, each as a matrix product followed at once by bias and activation. */
#include "base/gemm.h"
#include "kernels/activate.h"
#include "kernels/conv_pool.h"
#include "kernels/im2col.h"
#include "kernels/kernels.h"
#include "kernels/thin.h"
#include "kernels/winograd.h"

size_t kernel_conv2d_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    if (winograd_suits(&op->window))
        return winograd_conv2d_workspace(op);
    return im2col_bytes(&op->window) + (op->window.pooled ? im2col_output_bytes(&op->window) : 0);
}

/* y [pixels][filters] = seen [pixels][depth] × w. */
static void product(const float *seen, const float *w, float *y, int64_t pixels, int64_t depth, int64_t filters)
{
    if (thin_suits(depth, filters))
        thin_product(seen, w, y, pixels, depth, filters);
    else
        gemm(pixels, filters, depth, (struct matrix){ seen, depth }, (struct matrix){ w, filters }, y, filters, false);
}

size_t kernel_conv2d_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return winograd_suits(&op->window) ? winograd_conv2d_shared(op) : 0;
}

/* The bare sums of output rows begin..end-1, through this thread's workspace. */
static void convolve(const struct kernel_task *task, int64_t begin, int64_t end, float *sums)
{
    const struct op_window *window = &task->op->window;
    const float *seen = task->in[0], *w = task->in[1];
    int64_t depth = im2col_columns(window), width = window->out_width;

    if (im2col_plain(window))
        seen += begin * width * depth;
    else {
        float *columns = kernel_workspace(task, task->thread);

        im2col(window, seen, begin, end, columns);
        seen = columns;
    }
    product(seen, w, sums, (end - begin) * width, depth, window->out_channels);
}

static void activated(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t width = window->out_width, filters = window->out_channels, block = im2col_block(window);
    struct share share = share_of((int64_t)task->step->rows * window->out_height, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row += block) {
        int64_t end = row + block < share.end ? row + block : share.end;
        float *y = (float *)task->out[0] + row * width * filters;

        convolve(task, row, end, y);
        activate_rows(window->activation, window->slope, task->in[2], y, (end - row) * width, filters, filters);
    }
}

/* Rows of the pooled map are split over the team; a block stays within an image, whose last row may be left out. */
static void pooled(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t width = window->out_width, filters = window->out_channels, height = window->out_height / 2;
    int64_t row_numbers = width / 2 * filters, count;
    struct share share = share_of((int64_t)task->step->rows * height, 1, task->thread, task->threads);
    float *sums = (float *)((char *)kernel_workspace(task, task->thread) + im2col_bytes(window));

    for (int64_t row = share.begin; row < share.end; row += count) {
        int64_t y = row % height, first = row / height * window->out_height + 2 * y, block = im2col_block(window) / 2;
        uint8_t *winner = task->out[1];

        count = share.end - row < block ? share.end - row : block;
        count = height - y < count ? height - y : count;
        convolve(task, first, first + 2 * count, sums);
        pool_rows(window, (struct conv_map){ sums, width * filters, filters }, 2 * count, filters, task->in[2],
                  (float *)task->out[0] + row * row_numbers, winner ? winner + row * row_numbers : NULL);
    }
}

void kernel_conv2d(const struct kernel_task *task)
{
    if (winograd_suits(&task->op->window))
        winograd_conv2d(task);
    else if (task->op->window.pooled)
        pooled(task);
    else
        activated(task);
}
