/* The core of a matrix product: a tile of sums that stays in registers. It is as large as fits beside the
 * operands, which is enough to keep the multipliers busy: 6 × 2 vectors with 16 registers, 12 × 2 with 32. */
#ifndef KERNELS_TILE_H
#define KERNELS_TILE_H

#include <stdbool.h>

#include "base/limits.h"
#include "kernels/vector.h"

enum { TILE_ROWS = VECTOR_REGISTERS == 32 ? 12 : 6, TILE_VECTORS = 2, TILE_COLUMNS = LANES * TILE_VECTORS };

/* X(rows) for every height of a tile, so that each height is compiled with its own number of registers. */
#define TILE_HEIGHTS_16_REGISTERS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define TILE_HEIGHTS_32_REGISTERS(X) TILE_HEIGHTS_16_REGISTERS(X) X(7) X(8) X(9) X(10) X(11) X(12)
#if VECTOR_REGISTERS == 32
#define TILE_HEIGHTS TILE_HEIGHTS_32_REGISTERS
#else
#define TILE_HEIGHTS TILE_HEIGHTS_16_REGISTERS
#endif

/* Rows are divided into tile_count() tiles whose heights differ by at most one: in a tile of few rows the multipliers
 * would wait. */
static inline int64_t tile_count(int64_t rows)
{
    return int64_ceil_div(rows, TILE_ROWS);
}

static inline int64_t tile_height(int64_t rows, int64_t count, int64_t i)
{
    return rows / count + (i < rows % count);
}

/* c(row, column) = sum over k < steps of a(row, k) × b(k, column), plus what is at c when `add`.
 * a(row, k) is at row × a_row + k × a_step, row k of b at k × b_step, rows of c at row × c_row.
 * `rows`, at most TILE_ROWS, and `add` are constants where this is inlined. */
VECTOR_INLINE void tile(const float *a, int64_t a_row, int64_t a_step, const float *b, int64_t b_step, float *c,
                        int64_t c_row, int64_t steps, const int rows, const bool add)
{
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[row][v] = add ? *(vector *)(c + row * c_row + v * LANES) : (vector){ 0 };
    for (int64_t k = 0; k < steps; k++) {
        vector left = *(const vector *)(b + k * b_step), right = *(const vector *)(b + k * b_step + LANES);

#pragma GCC unroll 12
        for (int row = 0; row < rows; row++) {
            float factor = a[row * a_row + k * a_step];

            sums[row][0] += left * factor;
            sums[row][1] += right * factor;
        }
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            *(vector *)(c + row * c_row + v * LANES) = sums[row][v];
}

#endif
