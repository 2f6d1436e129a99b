/* Products of floats that lie ready: rounded first where the product's precision asks for it. */
#ifndef GPU_GPU_PRODUCT_OF_FLOATS_H
#define GPU_GPU_PRODUCT_OF_FLOATS_H

#include "gpu/core/gpu_product.h"

/* gpu_product() of dense matrices, which are rounded to `room` for PRECISION_BF16: at a multiple of 256, of as many
 * bytes. */
void gpu_product_of_floats(struct gpu *gpu, const struct gpu_product *p, const float *a, const float *b, float *c,
                           void *room);
size_t gpu_product_of_floats_bytes(const struct gpu_product *p);

#endif
