/* What stands around a convolution by cuDNN: filters in its order of dimensions, and what our products do on the way. */
#ifndef GPU_CUDNN_OPERANDS_H
#define GPU_CUDNN_OPERANDS_H

#include "gpu/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* to [columns][rows] from [rows][columns]; rounded to bfloat16 by PRECISION_BF16. A kernel [kh][kw][C][K] becomes
 * [K][kh][kw][C] with kh × kw × C rows. */
void cudnn_transpose(struct gpu *gpu, const float *from, int64_t rows, int64_t columns, enum precision precision,
                     void *to);

/* y [pixels][channels] in place: plus bias (or NULL), then ReLU where asked for. */
void cudnn_add_bias(struct gpu *gpu, float *y, int64_t pixels, int64_t channels, const float *bias, bool relu);

#ifdef __cplusplus
}
#endif

#endif
