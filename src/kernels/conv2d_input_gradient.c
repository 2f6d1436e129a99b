/* Gradient of a convolution's input: for blocks of output rows dy × w^T gives what every output pixel wants of the
 * pixels it saw, and col2im adds that up. Images are split over the team, so that no two threads add to one pixel. */
#include "base/gemm.h"
#include "kernels/conv_pool.h"
#include "kernels/im2col.h"
#include "kernels/kernels.h"
#include "kernels/winograd.h"

size_t kernel_conv2d_input_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    if (winograd_suits(&op->window))
        return winograd_conv2d_input_gradient_workspace(op);
    return im2col_bytes(&op->window) + (op->window.pooled ? im2col_output_bytes(&op->window) : 0);
}

size_t kernel_conv2d_input_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return winograd_suits(&op->window) ? winograd_conv2d_input_gradient_shared(op) : 0;
}

void kernel_conv2d_input_gradient(const struct kernel_task *task)
{
    if (winograd_suits(&task->op->window)) {
        winograd_conv2d_input_gradient(task);
        return;
    }

    const struct op_window *window = &task->op->window;
    const float *w = task->in[1];
    float *dx = task->out[0], *columns = kernel_workspace(task, task->thread);
    float *unpooled = (float *)((char *)columns + im2col_bytes(window));
    int64_t depth = im2col_columns(window), width = window->out_width, filters = window->out_channels;
    int64_t block = im2col_block(window);
    bool plain = im2col_plain(window);
    struct share share =
        share_of((int64_t)task->step->rows * window->out_height, window->out_height, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row += block) {
        int64_t end = row + block < share.end ? row + block : share.end;
        const float *dy = unpooled_rows(window, task->in[0], task->in[2], row, end, unpooled);

        gemm((end - row) * width, depth, filters, (struct matrix){ dy, filters },
             (struct matrix){ w, filters, .transposed = true }, plain ? dx + row * width * depth : columns, depth,
             false);
        if (!plain)
            col2im(window, columns, row, end, dx);
    }
}
