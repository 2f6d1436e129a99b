/* Sums, means and variances down the columns of a matrix, exact enough over millions of rows and for means far from 0:
 * in floats within a short block of rows, in doubles between blocks. */
#ifndef KERNELS_MOMENTS_H
#define KERNELS_MOMENTS_H

#include "kernels/kernels.h"

/* sums [columns] += the sums of x [rows][columns], whose rows are `stride` floats apart. */
void moments_sum(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums);

/* What is known of the rows so far: how many, and of each column their mean and sum of squared deviations from it.
 * All of it is in one piece of memory, so that threads can read each other's. */
struct moments {
    int64_t columns;
    double *count, *mean, *deviation;
};

/* In memory at a multiple of 8, moments_bytes(columns) long. */
size_t moments_bytes(int64_t columns);
struct moments moments_at(void *memory, int64_t columns);

void moments_clear(struct moments m);

/* Adds x [rows][columns]. */
void moments_add(struct moments m, const float *x, int64_t rows);

/* Mean and biased variance of a column over what all threads have, each at `offset` in its workspace: merged in the
 * order of the threads, so that whoever asks gets the same. There is a row at least. */
void moments_of_team(const struct kernel_task *task, size_t offset, int64_t columns, int64_t column, double *mean,
                     double *variance);

#endif
