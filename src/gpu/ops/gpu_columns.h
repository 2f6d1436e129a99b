/* Sums, means and variances down the columns of a matrix, safe over millions of rows. */
#ifndef GPU_COLUMN_SUMS_H
#define GPU_COLUMN_SUMS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sums [columns] of x [rows][columns]; where `winner` [rows][columns] is given, of what has one. `room` is of
 * gpu_column_sums_bytes. */
void gpu_column_sums(struct gpu *gpu, const float *x, const uint8_t *winner, int64_t rows, int64_t columns, void *room,
                     float *sums);
size_t gpu_column_sums_bytes(const struct gpu *gpu, int64_t columns);

/* moments [2][columns] of x [rows][columns]: mean and biased variance. `room` is of gpu_moments_bytes. */
void gpu_moments(struct gpu *gpu, const float *x, int64_t rows, int64_t columns, void *room, float *moments);
size_t gpu_moments_bytes(const struct gpu *gpu, int64_t columns);

#ifdef __cplusplus
}
#endif

#endif
