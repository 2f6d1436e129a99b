/* Gradient of a convolution's weights: every thread sums columns^T × dy over its output rows into a partial of its own,
 * then the team adds the partials, each thread some rows of them, in the order of the threads. */
#include <string.h>

#include "base/gemm.h"
#include "kernels/column_sums.h"
#include "kernels/conv_pool.h"
#include "kernels/im2col.h"
#include "kernels/kernels.h"
#include "kernels/thin.h"
#include "kernels/vector.h"
#include "kernels/winograd.h"

/* A thread's workspace: the partial of dw, the partial of db in doubles, and of a block the columns and dy as it was
 * before a pool. */
struct layout {
    size_t bias, columns, unpooled, bytes;
};

static size_t line(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static struct layout layout_of(const struct op *op)
{
    const struct op_window *window = &op->window;
    struct layout layout;

    layout.bias = line((size_t)(im2col_columns(window) * window->out_channels) * sizeof(float));
    layout.columns = layout.bias + line((size_t)window->out_channels * sizeof(double));
    layout.unpooled = layout.columns + im2col_bytes(window);
    layout.bytes = layout.unpooled + (window->pooled ? im2col_output_bytes(window) : 0);
    return layout;
}

size_t kernel_conv2d_weight_gradient_workspace(const struct op *op, int batch, int threads)
{
    if (winograd_suits(&op->window))
        return winograd_conv2d_weight_gradient_workspace(op);
    (void)batch;
    (void)threads;
    return layout_of(op).bytes;
}

static struct share rows_of(const struct kernel_task *task, int thread)
{
    int64_t height = task->op->window.out_height;

    return share_of(task->step->rows * height, 1, thread, task->threads);
}

/* dw += seen [pixels][depth]^T × dy [pixels][filters]. */
static void add_product(const float *seen, const float *dy, float *dw, int64_t pixels, int64_t depth, int64_t filters)
{
    if (thin_suits(depth, filters))
        thin_add_transposed(seen, dy, dw, pixels, depth, filters);
    else
        gemm(depth, filters, pixels, (struct matrix){ seen, depth, .transposed = true }, (struct matrix){ dy, filters },
             dw, filters, true);
}

/* This thread's part of the sum; dw is overwritten, db too. */
static void partial(const struct kernel_task *task, float *columns, float *unpooled, float *dw, double *db)
{
    const struct op_window *window = &task->op->window;
    const float *x = task->in[0];
    int64_t depth = im2col_columns(window), width = window->out_width, filters = window->out_channels;
    int64_t block = im2col_block(window);
    bool plain = im2col_plain(window);
    struct share share = rows_of(task, task->thread);

    memset(dw, 0, (size_t)(depth * filters) * sizeof *dw);
    memset(db, 0, (size_t)filters * sizeof *db);
    for (int64_t row = share.begin; row < share.end; row += block) {
        int64_t end = row + block < share.end ? row + block : share.end, pixels = (end - row) * width;
        const float *dy = unpooled_rows(window, task->in[1], task->in[2], row, end, unpooled);

        if (!plain)
            im2col(window, x, row, end, columns);
        add_product(plain ? x + row * width * depth : columns, dy, dw, pixels, depth, filters);
        if (task->out[1])
            column_sums_add(dy, pixels, filters, filters, db);
    }
}

static void add(float *to, const float *from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* Adds the other threads' partials to the first thread's, which stands in dw already. */
static void reduce(const struct kernel_task *task, struct layout layout, float *dw, float *db)
{
    int64_t filters = task->op->window.out_channels, count = im2col_columns(&task->op->window) * filters;
    struct share share = share_of(count, LINE_FLOATS, task->thread, task->threads);

    for (int thread = 1; thread < task->threads; thread++) {
        struct share rows = rows_of(task, thread);

        if (rows.begin < rows.end)
            add(dw + share.begin, (float *)kernel_workspace(task, thread) + share.begin, share.end - share.begin);
    }
    if (!db || task->thread > 0)
        return;
    for (int64_t i = 0; i < filters; i++) {
        double sum = 0.0;

        for (int thread = 0; thread < task->threads; thread++)
            sum += ((double *)((char *)kernel_workspace(task, thread) + layout.bias))[i];
        db[i] = (float)sum;
    }
}

size_t kernel_conv2d_weight_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return winograd_suits(&op->window) ? winograd_conv2d_weight_gradient_shared(op, threads) : 0;
}

void kernel_conv2d_weight_gradient(const struct kernel_task *task)
{
    if (winograd_suits(&task->op->window)) {
        winograd_conv2d_weight_gradient(task);
        return;
    }

    struct layout layout = layout_of(task->op);
    char *workspace = kernel_workspace(task, task->thread);
    float *dw = task->out[0], *db = task->out[1];

    partial(task, (float *)(workspace + layout.columns), (float *)(workspace + layout.unpooled),
            task->thread == 0 ? dw : (float *)workspace, (double *)(workspace + layout.bias));
    kernel_barrier(task);
    reduce(task, layout, dw, db);
}
