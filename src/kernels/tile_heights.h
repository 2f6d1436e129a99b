/* A tile's function for each number of rows up to TILE_ROWS, as an X-macro: product.c and product_bf16.c make tables of
 * them. */
#ifndef KERNELS_TILE_HEIGHTS_H
#define KERNELS_TILE_HEIGHTS_H

#include "kernels/tile.h"

#if VECTOR_REGISTERS == 32
#define TILE_HEIGHTS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#else
#define TILE_HEIGHTS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#endif

/* Rows of tile i of `count` over `rows` rows: heights differ by one at most, for a tile of few rows keeps the
 * multipliers waiting. */
static inline int64_t tile_count(int64_t rows)
{
    return (rows + TILE_ROWS - 1) / TILE_ROWS;
}

static inline int64_t tile_height(int64_t rows, int64_t count, int64_t i)
{
    return rows / count + (i < rows % count);
}

#endif
