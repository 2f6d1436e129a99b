/* Matrix products that are too thin for a library to be quick at: a first convolution sees 3×3×3 = 27 numbers a pixel,
 * less than it takes to pack them. Everything row-major. */
#ifndef KERNELS_THIN_H
#define KERNELS_THIN_H

#include <stdbool.h>
#include <stdint.h>

/* Whether these functions are the quicker ones, and can: a depth of few numbers, filters in whole vectors. */
bool thin_suits(int64_t depth, int64_t filters);

/* y [rows][filters] = a [rows][depth] × w [depth][filters]. */
void thin_product(const float *a, const float *w, float *y, int64_t rows, int64_t depth, int64_t filters);

/* dw [depth][filters] += a^T × dy [rows][filters]. */
void thin_add_transposed(const float *a, const float *dy, float *dw, int64_t rows, int64_t depth, int64_t filters);

#endif
