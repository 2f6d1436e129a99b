/* The tile of a direct convolution: like tile.h's, but every row of it has an address of its own, so that one tile
 * takes pixels of several image rows, or places of several kernel rows. */
#ifndef KERNELS_DIRECT_TILE_H
#define KERNELS_DIRECT_TILE_H

#include "kernels/tile.h"

/* One step of the sums: sums(row, ·) += at[row][step] × b(·), of `vectors` vectors. `rows` and `vectors` are constants
 * where this is inlined. */
VECTOR_INLINE void direct_tile_step(vector sums[][TILE_VECTORS], const float *const *at, int64_t step, const float *b,
                                    const int rows, const int vectors)
{
    vector right[TILE_VECTORS];

#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
        right[v] = *(const vector *)(b + v * LANES);
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        float factor = at[row][step];

#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sums[row][v] += right[v] * factor;
    }
}

#endif
