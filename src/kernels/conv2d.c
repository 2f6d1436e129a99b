/* Convolution forward: blocks of output rows, each as a matrix product followed at once by bias and activation. */
#include "kernels/activate.h"
#include "base/gemm.h"
#include "kernels/im2col.h"
#include "kernels/kernels.h"
#include "kernels/thin.h"
#include "kernels/winograd.h"

size_t kernel_conv2d_workspace(const struct op *op, int batch, int threads)
{
    if (winograd_suits(&op->window))
        return winograd_conv2d_workspace(op);
    const struct op_window *window = &op->window;

    (void)batch;
    (void)threads;
    if (im2col_plain(window))
        return 0;
    return (size_t)(im2col_block(window) * window->out_width * im2col_columns(window)) * sizeof(float);
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

void kernel_conv2d(const struct kernel_task *task)
{
    if (winograd_suits(&task->op->window)) {
        winograd_conv2d(task);
        return;
    }

    const struct op_window *window = &task->op->window;
    const float *x = task->in[0], *w = task->in[1], *b = task->in[2];
    float *y = task->out[0], *columns = kernel_workspace(task, task->thread);
    int64_t depth = im2col_columns(window), width = window->out_width, filters = window->out_channels;
    int64_t block = im2col_block(window);
    bool plain = im2col_plain(window);
    struct share share = share_of((int64_t)task->step->rows * window->out_height, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row += block) {
        int64_t end = row + block < share.end ? row + block : share.end, pixels = (end - row) * width;
        float *to = y + row * width * filters;

        if (!plain)
            im2col(window, x, row, end, columns);
        product(plain ? x + row * width * depth : columns, w, to, pixels, depth, filters);
        activate_rows(window->activation, window->slope, b, to, pixels, filters, filters);
    }
}
