/* The ways to compute a convolution and its gradients: straight from the definition (direct_*.c), for any kernel,
 * stride and padding, or by Winograd's F(4×4, 3×3) (winograd*.c). Each is one constant in the file of its name;
 * conv2d.c chooses by the window. */
#ifndef KERNELS_CONV2D_WAYS_H
#define KERNELS_CONV2D_WAYS_H

#include "kernels/moments.h"

/* The stages of the operation and the memory that they need, as in struct kernel. */
struct conv2d_way {
    void (*begin)(const struct kernel_task *task); /* not of a weight gradient */
    /* Forward, y is added to this thread's moments, unless they are NULL. Gradients have none. */
    void (*run)(const struct kernel_task *task, const struct moments *moments);
    void (*finish)(const struct kernel_task *task); /* only of a weight gradient */
    size_t (*workspace)(const struct op *op);
    size_t (*shared)(const struct op *op, int threads); /* or NULL */
};

extern const struct conv2d_way direct_conv2d, direct_input_gradient, direct_weight_gradient;
extern const struct conv2d_way winograd_conv2d, winograd_input_gradient, winograd_weight_gradient;

#endif
