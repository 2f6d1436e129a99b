/* Convolution as a product: a matrix with a row for every pixel of the output, which holds what that pixel's window
 * sees of the input, the patch [kh][kw][C]; zeros outside the image (Chellapilla, Puri and Simard, 2006). */
#ifndef GPU_GPU_IM2COL_H
#define GPU_GPU_IM2COL_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* patches [images][H'][W'][kh][kw][C] from x [images][H][W][C], as an operand of a product: a patch every `stride`
 * elements, aligned to 16 bytes. */
void gpu_im2col(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *x, int images,
                void *patches, int64_t stride);

/* Back: every number of dx [images][H][W][C] is the sum of all its copies in patches [images][H'][W'][kh][kw][C]. */
void gpu_im2col_gradient(struct gpu *gpu, const struct op_window *window, const float *patches, int images, float *dx);

#ifdef __cplusplus
}
#endif

#endif
