/* Convolutions and their gradients, each the way that is the quicker one for its window. */
#include "kernels/direct.h"
#include "kernels/kernels.h"
#include "kernels/winograd.h"

void kernel_conv2d(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_conv2d : direct_conv2d)(task);
}

size_t kernel_conv2d_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_workspace : direct_conv2d_workspace)(op);
}

size_t kernel_conv2d_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_shared : direct_conv2d_shared)(op);
}

void kernel_conv2d_input_gradient(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_conv2d_input_gradient : direct_input_gradient)(task);
}

size_t kernel_conv2d_input_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_workspace : direct_input_gradient_workspace)(op);
}

size_t kernel_conv2d_input_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_shared : direct_input_gradient_shared)(op);
}

void kernel_conv2d_weight_gradient(const struct kernel_task *task)
{
    (winograd_suits(&task->op->window) ? winograd_conv2d_weight_gradient : direct_weight_gradient)(task);
}

size_t kernel_conv2d_weight_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (winograd_suits(&op->window) ? winograd_workspace : direct_weight_gradient_workspace)(op);
}

size_t kernel_conv2d_weight_gradient_shared(const struct op *op, int batch, int threads)
{
    (void)batch;
    return winograd_suits(&op->window) ? winograd_weight_gradient_shared(op, threads) : 0;
}
