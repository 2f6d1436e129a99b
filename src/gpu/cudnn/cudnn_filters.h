/* Filters in cuDNN's order of dimensions: floats, or bfloat16 with PRECISION_BF16. */
#ifndef GPU_CUDNN_FILTERS_H
#define GPU_CUDNN_FILTERS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes of w [kh][kw][C][K], or of its gradient. */
struct cudnn_filters {
    int64_t taps, channels, filters; /* kh × kw, C, K */
    int64_t stride;                  /* C as cuDNN sees it, no less than C: the channels beyond are zeros */
};

/* to [K][kh][kw][stride] from w [kh][kw][C][K] */
void cudnn_filters_write(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, enum precision precision,
                         void *to);

/* dw [kh][kw][C][K] from [K][kh][kw][stride] */
void cudnn_filters_read(struct gpu *gpu, const void *from, const struct cudnn_filters *shape, enum precision precision,
                        float *dw);

#ifdef __cplusplus
}
#endif

#endif
