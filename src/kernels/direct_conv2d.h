/* Convolutions of any kernel, stride and padding straight from their definition, and their gradients: tiles of sums
 * that stay in registers go over the images as they lie (direct_blocks.h), without a matrix of windows in between. */
#ifndef KERNELS_DIRECT_CONV2D_H
#define KERNELS_DIRECT_CONV2D_H

#include "kernels/moments.h"

/* The stages of CONV2D (kernels.h); the second adds y to the thread's moments, if there are any. */
void direct_conv2d_begin(const struct kernel_task *task);
void direct_conv2d(const struct kernel_task *task, const struct moments *moments);
size_t direct_conv2d_workspace(const struct op *op);
size_t direct_conv2d_shared(const struct op *op);

#endif
