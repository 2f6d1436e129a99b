/* CONV2D_WEIGHT_GRADIENT of any kernel, stride and padding (direct_conv2d.h). */
#ifndef KERNELS_DIRECT_WEIGHT_GRADIENT_H
#define KERNELS_DIRECT_WEIGHT_GRADIENT_H

#include "kernels/kernels.h"

void direct_weight_gradient(const struct kernel_task *task);
void direct_weight_gradient_finish(const struct kernel_task *task);
size_t direct_weight_gradient_workspace(const struct op *op);

#endif
