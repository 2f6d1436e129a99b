#include "kernels/product_bf16.h"

#include "kernels/bf16.h"
#include "kernels/tile.h"

/* sum + both products of a pair, the second first, as AVX-512's instruction takes them. */
#if defined(__AVX512BF16__)
#include <immintrin.h>

VECTOR_INLINE vector add_pair(vector sum, uint32_t a, words b)
{
    return (vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)a), (__m512bh)b);
}
#else
VECTOR_INLINE vector add_pair(vector sum, uint32_t a, words b)
{
    const uint32_t second = 0xFFFF0000u;

    sum += (vector)(b & second) * vector_float(a & second);
    return sum + (vector)(b << 16) * vector_float(a << 16);
}
#endif

VECTOR_INLINE void tile_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,
                             float *c, int64_t c_row, int64_t pairs, const int rows, const bool add)
{
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[row][v] = add ? *(vector *)(c + row * c_row + v * LANES) : (vector){ 0 };
    for (int64_t k = 0; k < pairs; k++) {
        words left = *(const words *)(b + k * b_step), right = *(const words *)(b + k * b_step + LANES);

#pragma GCC unroll 12
        for (int row = 0; row < rows; row++) {
            uint32_t factors = a[row * a_row + k * a_step];

            sums[row][0] = add_pair(sums[row][0], factors, left);
            sums[row][1] = add_pair(sums[row][1], factors, right);
        }
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            *(vector *)(c + row * c_row + v * LANES) = sums[row][v];
}

typedef void tile_function(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,
                           float *c, int64_t c_row, int64_t pairs);

#define TILE(rows)                                                                                                     \
    static void set_##rows(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,        \
                           float *c, int64_t c_row, int64_t pairs)                                                     \
    {                                                                                                                  \
        tile_bf16(a, a_row, a_step, b, b_step, c, c_row, pairs, rows, false);                                          \
    }                                                                                                                  \
    static void add_##rows(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step,        \
                           float *c, int64_t c_row, int64_t pairs)                                                     \
    {                                                                                                                  \
        tile_bf16(a, a_row, a_step, b, b_step, c, c_row, pairs, rows, true);                                           \
    }
#define ROW(rows) [rows] = { set_##rows, add_##rows },

TILE_HEIGHTS(TILE)
static tile_function *const tiles[TILE_ROWS + 1][2] = { TILE_HEIGHTS(ROW) };

void product_bf16(const uint32_t *a, int64_t a_row, int64_t a_step, const uint32_t *b, int64_t b_step, float *c,
                  int64_t c_row, int64_t rows, int64_t pairs, bool add)
{
    int64_t count = tile_count(rows);

    for (int64_t i = 0; i < count; i++) {
        int64_t height = tile_height(rows, count, i);

        tiles[height][add](a, a_row, a_step, b, b_step, c, c_row, pairs);
        a += height * a_row;
        c += height * c_row;
    }
}
