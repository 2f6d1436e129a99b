/* Sums, means and variances down the columns of a matrix, exact enough over millions of rows. */
#ifndef GPU_GPU_COLUMNS_H
#define GPU_GPU_COLUMNS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sums [columns] of x [rows][columns]. With `winner` [rows][columns], elements without a winner are left out. `room` is
 * device memory of gpu_columns_sum_bytes(). */
void gpu_columns_sum(struct gpu *gpu, const float *x, const uint8_t *winner, int64_t rows, int64_t columns, void *room,
                     float *sums);
size_t gpu_columns_sum_bytes(const struct gpu *gpu, int64_t columns);

/* moments [2][columns] of x [rows][columns]: mean and biased variance. `room` is device memory of
 * gpu_columns_moments_bytes(). */
void gpu_columns_moments(struct gpu *gpu, const float *x, int64_t rows, int64_t columns, void *room, float *moments);
size_t gpu_columns_moments_bytes(const struct gpu *gpu, int64_t columns);

#ifdef __cplusplus
}
#endif

#endif
