/* What stands around a convolution by cuDNN: filters in its order of dimensions, and what our products do on the way.
 * What cuDNN reads and writes is float, or bfloat16 with PRECISION_BF16. */
#ifndef GPU_CUDNN_OPERANDS_H
#define GPU_CUDNN_OPERANDS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A kernel [kh][kw][C][K], or its gradient. */
struct cudnn_filters {
    int64_t taps, channels, filters; /* kh × kw, C, K */
    int64_t stride;                  /* what cuDNN takes for C, at least that: what is more is nil */
};

/* to [K][kh][kw][stride] from w [kh][kw][C][K] */
void cudnn_write_filters(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, enum precision precision,
                         void *to);

/* dw [kh][kw][C][K] from [K][kh][kw][stride] */
void cudnn_read_filters(struct gpu *gpu, const void *from, const struct cudnn_filters *shape, enum precision precision,
                        float *dw);

/* y [pixels][channels] from what cuDNN wrote, which may be y itself: plus bias (or NULL), then ReLU where asked for.
 * Both lie at multiples of 16 bytes. */
void cudnn_add_bias(struct gpu *gpu, const void *from, enum precision precision, int64_t pixels, int64_t channels,
                    const float *bias, bool relu, float *y);

#ifdef __cplusplus
}
#endif

#endif
