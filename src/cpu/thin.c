#include "cpu/thin.h"

#include "cpu/vector.h"

/* A tile of TILE_ROWS × TILE_COLUMNS sums stays in registers: 6 × 2 vectors of AVX2, as many as keep both multipliers
 * busy and leave room for the operands. */
enum {
    LANES = 8,
    TILE_ROWS = 6,
    TILE_VECTORS = 2,
    TILE_COLUMNS = LANES * TILE_VECTORS,
    DEPTH_MAX = 48,
    BLOCK_ROWS = 96
};

typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

bool thin_suits(int64_t depth, int64_t filters)
{
    return depth <= DEPTH_MAX && filters % TILE_COLUMNS == 0;
}

/* One tile: sum over k of a[row × row_stride + k × step_stride] × b[k × filters + column], added to what is at c when
 * `add`. `rows` is a constant where this is inlined. */
VECTOR_INLINE void tile(const float *a, int64_t row_stride, int64_t step_stride, const float *b, float *c,
                        int64_t steps, int64_t filters, const int rows, const bool add)
{
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 6
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[row][v] = add ? *(vector *)(c + row * filters + v * LANES) : (vector){ 0 };
    for (int64_t k = 0; k < steps; k++) {
        vector left = *(const vector *)(b + k * filters), right = *(const vector *)(b + k * filters + LANES);

#pragma GCC unroll 6
        for (int row = 0; row < rows; row++) {
            float factor = a[row * row_stride + k * step_stride];

            sums[row][0] += left * factor;
            sums[row][1] += right * factor;
        }
    }
#pragma GCC unroll 6
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++)
            *(vector *)(c + row * filters + v * LANES) = sums[row][v];
}

VECTOR_CLONES void thin_product(const float *a, const float *w, float *y, int64_t rows, int64_t depth, int64_t filters)
{
    int64_t row = 0;

    for (; row + TILE_ROWS <= rows; row += TILE_ROWS)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + row * depth, depth, 1, w + column, y + row * filters + column, depth, filters, TILE_ROWS, false);
    for (; row < rows; row++)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + row * depth, depth, 1, w + column, y + row * filters + column, depth, filters, 1, false);
}

VECTOR_CLONES static void add_block(const float *a, const float *dy, float *dw, int64_t rows, int64_t depth,
                                    int64_t filters)
{
    int64_t k = 0;

    for (; k + TILE_ROWS <= depth; k += TILE_ROWS)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + k, 1, depth, dy + column, dw + k * filters + column, rows, filters, TILE_ROWS, true);
    for (; k < depth; k++)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + k, 1, depth, dy + column, dw + k * filters + column, rows, filters, 1, true);
}

void thin_add_transposed(const float *a, const float *dy, float *dw, int64_t rows, int64_t depth, int64_t filters)
{
    for (int64_t row = 0; row < rows; row += BLOCK_ROWS)
        add_block(a + row * depth, dy + row * filters, dw, rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS, depth,
                  filters);
}
