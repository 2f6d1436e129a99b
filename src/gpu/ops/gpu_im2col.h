/* Convolution as a product: every pixel of the output is a row of numbers that its window sees of the input, its
 * patch [kh][kw][C], and outside the image these are zeros (Chellapilla, Puri and Simard, 2006). */
#ifndef GPU_COLUMNS_H
#define GPU_COLUMNS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* columns [images][H'][W'][kh][kw][C] from x [images][H][W][C], as operands of a product; a patch begins every `stride`
 * elements, at a multiple of 16 bytes. */
void gpu_columns(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *x, int images,
                 void *columns, int64_t stride);

/* The transpose: every number of dx is the sum of all in columns [images][H'][W'][kh][kw][C] that stand for it. */
void gpu_columns_gradient(struct gpu *gpu, const struct op_window *window, const float *columns, int images, float *dx);

#ifdef __cplusplus
}
#endif

#endif
