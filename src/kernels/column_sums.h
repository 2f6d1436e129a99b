/* Sums down the columns of a matrix, safe over millions of rows: floats within a short block, doubles between blocks.
 */
#ifndef KERNELS_COLUMN_SUMS_H
#define KERNELS_COLUMN_SUMS_H

#include <stdint.h>

/* sums [columns] += of x [rows][columns]. */
void column_sums_add(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums);

#endif
