/* The activation of an operation that ends in a product, where the product could not do it by itself. */
#ifndef GPU_OUTPUT_ACTIVATION_H
#define GPU_OUTPUT_ACTIVATION_H

#include "gpu/core/gpu.h"

/* In place on the first output, [N][per_image]: nothing for linear and ReLU, which products do (gpu_products.h). */
void gpu_activate_output(const struct gpu_task *task, enum activation activation, float slope, int per_image);

#endif
