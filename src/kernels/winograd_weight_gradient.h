/* CONV2D_WEIGHT_GRADIENT by Winograd's F(4×4, 3×3), where winograd_suits(). */
#ifndef KERNELS_WINOGRAD_WEIGHT_GRADIENT_H
#define KERNELS_WINOGRAD_WEIGHT_GRADIENT_H

#include "kernels/kernels.h"

/* Its stages (kernels.h), behind winograd_begin(). */
void winograd_weight_gradient(const struct kernel_task *task);
void winograd_weight_gradient_finish(const struct kernel_task *task);
size_t winograd_weight_gradient_shared(const struct op *op, int threads);

#endif
