/* The 2×2 pool behind a pooled convolution (nn/plan/ops.h), on the convolution's own map of some images. */
#ifndef GPU_CONV_POOL_H
#define GPU_CONV_POOL_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y [images][H'/2][W'/2][K] and winner (or NULL) from sums [images][H'][W'][K], which have neither bias (or NULL) nor
 * activation yet; with PRECISION_BF16 they are bfloat16. */
void gpu_conv_pool(struct gpu *gpu, const struct op_window *window, enum precision precision, const void *sums,
                   const float *bias, int images, float *y, uint8_t *winner);

/* dy [images][H'/2][W'/2][K] to its winners, and nil everywhere else: an operand [images × H' × W'][K] of a product, a
 * pixel every `stride` elements. */
void gpu_conv_pool_gradient(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *dy,
                            const uint8_t *winner, int images, void *to, int64_t stride);

#ifdef __cplusplus
}
#endif

#endif
