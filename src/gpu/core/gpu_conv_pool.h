/* The 2×2 pool of a pooled convolution (nn/plan/ops.h): from the convolution's own map of some images to its output,
 * and back. */
#ifndef GPU_CONV_POOL_H
#define GPU_CONV_POOL_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* y [images][H'/2][W'/2][K] and winner (or NULL) from sums [images][H'][W'][K], to which bias [K] (or NULL) and
 * activation are still to be applied. The sums are bfloat16 with PRECISION_BF16, else floats. */
void gpu_conv_pool(struct gpu *gpu, const struct op_window *window, enum precision precision, const void *sums,
                   const float *bias, int images, float *y, uint8_t *winner);

/* The gradient of the map, as an operand of a product, [images × H' × W'][K] with a pixel every `stride` elements:
 * dy [images][H'/2][W'/2][K] at the winners, zero everywhere else. */
void gpu_conv_pool_gradient(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *dy,
                            const uint8_t *winner, int images, void *to, int64_t stride);

#ifdef __cplusplus
}
#endif

#endif
