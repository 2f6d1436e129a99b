/* Sums, means and variances down the columns of a matrix, exact enough over millions of rows and for means far from 0:
 * in floats within a short block of rows, in doubles between blocks. */
#ifndef KERNELS_MOMENTS_H
#define KERNELS_MOMENTS_H

#include "kernels/kernels.h"

/* sums [columns] += the sums of x [rows][columns], whose rows are `stride` floats apart. */
void moments_sum(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums);

/* The moments of the rows so far: their number, and for each column the mean and the sum of squared deviations from it.
 * All arrays are in one block of memory, so that threads can read each other's. */
struct moments {
    int64_t columns;
    double *count, *mean, *deviation;
};

/* Moments in memory that the caller owns: moments_bytes(columns), aligned to doubles. Not yet cleared. */
size_t moments_bytes(int64_t columns);
struct moments moments_at(void *memory, int64_t columns);

void moments_clear(struct moments m);

/* Adds the rows of x [rows][columns]. */
void moments_add(struct moments m, const float *x, int64_t rows);

/* This thread's at byte `offset` of its workspace, cleared. */
struct moments moments_of_thread(const struct kernel_task *task, size_t offset, int64_t columns);

/* Writes means and variances [2][columns] of the rows of all threads, each thread those of its share of the columns.
 * Every thread calls it when it has added its last row; waits for all. */
void moments_write(const struct kernel_task *task, size_t offset, int64_t columns, float *to);

/* The mean and biased variance of a column over the rows of all threads, whose moments are at byte `offset` of their
 * workspaces: merged in the order of the threads, so that every caller gets the same. Needs at least one row. */
void moments_of_team(const struct kernel_task *task, size_t offset, int64_t columns, int64_t column, double *mean,
                     double *variance);

/* Merges the moments of `rows` more rows of a column, which may be none, with those of *count: *deviation is the sum of
 * their squared deviations from *mean. */
void moments_merge(double rows, double mean_of_rows, double variance_of_rows, double *count, double *mean,
                   double *deviation);

#endif
