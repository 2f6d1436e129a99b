/* Products of matrices that are too small for a library to be quick at, on the calling thread. */
#ifndef KERNELS_SMALL_PRODUCT_H
#define KERNELS_SMALL_PRODUCT_H

#include <stdint.h>

#include "kernels/product.h"

/* Element (row, column) stands at row × rows + column × columns; one of the two is 1. */
struct strided {
    const float *at;
    int64_t rows, columns;
};

/* Floats that small_product() needs to work in. */
enum {
    SMALL_PRODUCT_DEPTH = 256,
    SMALL_PRODUCT_HEIGHT = 4 * TILE_ROWS,
    SMALL_PRODUCT_ROOM = (SMALL_PRODUCT_DEPTH + SMALL_PRODUCT_HEIGHT) * TILE_COLUMNS
};

/* C [m][n] = A [m][k] B [k][n], C's rows at c_row. */
void small_product(int64_t m, int64_t n, int64_t k, struct strided a, struct strided b, float *c, int64_t c_row,
                   float *room);

#endif
