/* Convolutions and their gradients, each the way that is the quicker one for its window. */
#include "kernels/direct_conv2d.h"
#include "kernels/direct_input_gradient.h"
#include "kernels/direct_weight_gradient.h"
#include "kernels/kernels.h"
#include "kernels/winograd.h"
#include "kernels/winograd_weight_gradient.h"

/* Where the thread's moments begin in its workspace. */
static size_t before_moments(const struct op *op)
{
    return size_round_up((winograd_suits(&op->window) ? winograd_workspace : direct_conv2d_workspace)(op), MEMORY_LINE);
}

static size_t conv2d_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return before_moments(op) + (op->out[2] != VALUE_NONE ? moments_bytes(op->window.out_channels) : 0);
}

static struct moments begin_moments(const struct kernel_task *task)
{
    char *workspace = kernel_workspace(task, task->thread);
    struct moments m = moments_at(workspace + before_moments(task->op), task->op->window.out_channels);

    moments_clear(m);
    return m;
}

/* Each thread writes those of its channels. */
static void write_moments(const struct kernel_task *task)
{
    int64_t filters = task->op->window.out_channels;
    size_t offset = before_moments(task->op);
    float *means = task->out[2], *variances = means + filters;
    struct share share = share_of(filters, LINE_FLOATS, task->thread, task->threads);

    kernel_barrier(task);
    for (int64_t filter = share.begin; filter < share.end; filter++) {
        double mean, variance;

        moments_of_team(task, offset, filters, filter, &mean, &variance);
        means[filter] = (float)mean;
        variances[filter] = (float)variance;
    }
}

static void conv2d_begin(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_begin : direct_conv2d_begin)(task);
}

static void conv2d(const struct kernel_task *task)
{
    void (*convolve)(const struct kernel_task *task, const struct moments *moments) =
        winograd_suits(&task->op->window) ? winograd_conv2d : direct_conv2d;
    struct moments moments;

    if (!task->out[2]) {
        convolve(task, NULL);
        return;
    }
    moments = begin_moments(task);
    convolve(task, &moments);
    write_moments(task);
}

static size_t conv2d_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_shared : direct_conv2d_shared)(op);
}

const struct kernel kernel_conv2d = {
    .run = conv2d,
    .workspace = conv2d_workspace,
    .shared = conv2d_shared,
    .begin = conv2d_begin,
};

static void conv2d_input_gradient_begin(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_begin : direct_input_gradient_begin)(task);
}

static void conv2d_input_gradient(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_conv2d_input_gradient : direct_input_gradient)(task);
}

static size_t conv2d_input_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_workspace : direct_input_gradient_workspace)(op);
}

static size_t conv2d_input_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_shared : direct_input_gradient_shared)(op);
}

const struct kernel kernel_conv2d_input_gradient = {
    .run = conv2d_input_gradient,
    .workspace = conv2d_input_gradient_workspace,
    .shared = conv2d_input_gradient_shared,
    .begin = conv2d_input_gradient_begin,
};

static void conv2d_weight_gradient(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_weight_gradient : direct_weight_gradient)(task);
}

static void conv2d_weight_gradient_finish(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_weight_gradient_finish : direct_weight_gradient_finish)(task);
}

static size_t conv2d_weight_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_workspace : direct_weight_gradient_workspace)(op);
}

static size_t conv2d_weight_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    return winograd_suits(&op->window) ? winograd_weight_gradient_shared(op, threads) : 0;
}

const struct kernel kernel_conv2d_weight_gradient = {
    .run = conv2d_weight_gradient,
    .workspace = conv2d_weight_gradient_workspace,
    .shared = conv2d_weight_gradient_shared,
    .finish = conv2d_weight_gradient_finish,
};
