/* What stands around a convolution by cuDNN: filters in its order of dimensions, and what our products do on the way.
 * What cuDNN reads and writes is float, or bfloat16 with PRECISION_BF16. */
#ifndef GPU_CUDNN_OPERANDS_H
#define GPU_CUDNN_OPERANDS_H

#include "gpu/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* to [columns][rows] from [rows][columns]. A kernel [kh][kw][C][K] becomes [K][kh][kw][C] with kh × kw × C rows. */
void cudnn_transpose(struct gpu *gpu, const float *from, int64_t rows, int64_t columns, enum precision precision,
                     void *to);

/* And back, from what cuDNN wrote: to [columns][rows] from [rows][columns]. */
void cudnn_transpose_back(struct gpu *gpu, const void *from, int64_t rows, int64_t columns, enum precision precision,
                          float *to);

/* y [pixels][channels] from what cuDNN wrote, which may be y itself: plus bias (or NULL), then ReLU where asked for.
 * Both lie at multiples of 16 bytes. */
void cudnn_add_bias(struct gpu *gpu, const void *from, enum precision precision, int64_t pixels, int64_t channels,
                    const float *bias, bool relu, float *y);

#ifdef __cplusplus
}
#endif

#endif
