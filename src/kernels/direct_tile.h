/* The tile of a direct convolution: like tile.h's, but every row of it has an address of its own, so that one tile takes
 * pixels of several image rows, or places of several kernel rows. */
#ifndef KERNELS_DIRECT_TILE_H
#define KERNELS_DIRECT_TILE_H

#include "kernels/tile.h"

/* sums(row, ·) += sum over k < steps of at[row][k × at_step] × b(k, ·); row k of b, of `vectors` vectors, stands at
 * k × b_step. `rows` and `vectors` are constants where this is inlined. */
VECTOR_INLINE void direct_tile(vector sums[][TILE_VECTORS], const float *const *at, int64_t at_step, const float *b,
                               int64_t b_step, int64_t steps, const int rows, const int vectors)
{
    for (int64_t k = 0; k < steps; k++) {
        vector right[TILE_VECTORS];

        for (int v = 0; v < vectors; v++)
            right[v] = *(const vector *)(b + k * b_step + v * LANES);
#pragma GCC unroll 12
        for (int row = 0; row < rows; row++) {
            float factor = at[row][k * at_step];

#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sums[row][v] += right[v] * factor;
        }
    }
}

/* How many of `left` rows the next tile takes: tiles that are about equal, for one of few rows keeps the multipliers
 * waiting. */
static inline int64_t direct_tile_rows(int64_t left)
{
    if (left >= 2 * TILE_ROWS)
        return TILE_ROWS;
    return left > TILE_ROWS ? (left + 1) / 2 : left;
}

#endif
