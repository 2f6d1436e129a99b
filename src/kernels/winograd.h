/* Convolutions of 3×3 and stride 1 by Winograd's F(4×4, 3×3): a quarter of the multiplications (winograd_tiles.h). */
#ifndef KERNELS_WINOGRAD_H
#define KERNELS_WINOGRAD_H

#include "kernels/moments.h"

/* Whether it is the quicker way for a window and its gradients. */
bool winograd_suits(const struct op_window *window);

/* The stages of CONV2D and its gradients (kernels.h), where it suits: the first begins the two after it, of which one
 * adds y to the thread's moments, if there are any. */
void winograd_begin(const struct kernel_task *task);
void winograd_conv2d(const struct kernel_task *task, const struct moments *moments);
void winograd_conv2d_input_gradient(const struct kernel_task *task);

/* What all three need for each thread, and the first two together. */
size_t winograd_workspace(const struct op *op);
size_t winograd_shared(const struct op *op);

#endif
