/* Convolutions and their gradients, each computed the way that is faster for its window. */
#include "kernels/conv2d_ways.h"
#include "kernels/winograd_grid.h"

static const struct conv2d_way *way_of(const struct op *op)
{
    static const struct conv2d_way *const ways[][2] = {
        [OP_CONV2D] = { &direct_conv2d, &winograd_conv2d },
        [OP_CONV2D_INPUT_GRADIENT] = { &direct_input_gradient, &winograd_input_gradient },
        [OP_CONV2D_WEIGHT_GRADIENT] = { &direct_weight_gradient, &winograd_weight_gradient },
    };

    return ways[op->kind][winograd_grid_suits(&op->window)];
}

/* The offset of a thread's moments in its workspace: they follow what the way itself needs. */
static size_t moments_offset(const struct op *op)
{
    return size_round_up(way_of(op)->workspace(op), MEMORY_LINE);
}

static size_t workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return moments_offset(op) + (op->out[2] != VALUE_NONE ? moments_bytes(op->window.out_channels) : 0);
}

static size_t shared(const struct op *op, int batch, int threads)
{
    const struct conv2d_way *way = way_of(op);

    (void)batch;
    return way->shared ? way->shared(op, threads) : 0;
}

static void begin(const struct kernel_task *task)
{
    way_of(task->op)->begin(task);
}

static void conv2d(const struct kernel_task *task)
{
    int64_t filters = task->op->window.out_channels;
    struct moments moments;

    if (!task->out[2]) {
        way_of(task->op)->run(task, NULL);
        return;
    }
    moments = moments_of_thread(task, moments_offset(task->op), filters);
    way_of(task->op)->run(task, &moments);
    moments_write(task, moments_offset(task->op), filters, task->out[2]);
}

const struct kernel kernel_conv2d = { .run = conv2d, .workspace = workspace, .shared = shared, .begin = begin };

static void gradient(const struct kernel_task *task)
{
    way_of(task->op)->run(task, NULL);
}

const struct kernel kernel_conv2d_input_gradient = {
    .run = gradient, .workspace = workspace, .shared = shared, .begin = begin
};

static void finish(const struct kernel_task *task)
{
    way_of(task->op)->finish(task);
}

const struct kernel kernel_conv2d_weight_gradient = {
    .run = gradient, .workspace = workspace, .shared = shared, .finish = finish
};
