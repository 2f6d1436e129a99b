/* CONV2D_INPUT_GRADIENT of any kernel, stride and padding (direct_conv2d.h). */
#ifndef KERNELS_DIRECT_INPUT_GRADIENT_H
#define KERNELS_DIRECT_INPUT_GRADIENT_H

#include "kernels/kernels.h"

void direct_input_gradient_begin(const struct kernel_task *task);
void direct_input_gradient(const struct kernel_task *task);
size_t direct_input_gradient_workspace(const struct op *op);
size_t direct_input_gradient_shared(const struct op *op);

#endif
