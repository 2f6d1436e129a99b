/* The activation of an operation that ends in a product, where the product does not do it itself. */
#ifndef GPU_GPU_ACTIVATION_H
#define GPU_GPU_ACTIVATION_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In place on the task's first output, [N][per_image]; nothing for linear and ReLU (gpu_product.h). */
void gpu_activation_of_output(const struct gpu_task *task, enum activation activation, float slope, int per_image);

#ifdef __cplusplus
}
#endif

#endif
