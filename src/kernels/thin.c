#include "kernels/thin.h"

#include "kernels/tile.h"

enum { DEPTH_MAX = 48, BLOCK_ROWS = 96 };

bool thin_suits(int64_t depth, int64_t filters)
{
    return depth <= DEPTH_MAX && filters % TILE_COLUMNS == 0;
}

void thin_product(const float *a, const float *w, float *y, int64_t rows, int64_t depth, int64_t filters)
{
    int64_t row = 0;

    for (; row + TILE_ROWS <= rows; row += TILE_ROWS)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + row * depth, depth, 1, w + column, filters, y + row * filters + column, filters, depth, TILE_ROWS,
                 false);
    for (; row < rows; row++)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + row * depth, depth, 1, w + column, filters, y + row * filters + column, filters, depth, 1, false);
}

static void add_block(const float *a, const float *dy, float *dw, int64_t rows, int64_t depth,
                                    int64_t filters)
{
    int64_t k = 0;

    for (; k + TILE_ROWS <= depth; k += TILE_ROWS)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + k, 1, depth, dy + column, filters, dw + k * filters + column, filters, rows, TILE_ROWS, true);
    for (; k < depth; k++)
        for (int64_t column = 0; column < filters; column += TILE_COLUMNS)
            tile(a + k, 1, depth, dy + column, filters, dw + k * filters + column, filters, rows, 1, true);
}

void thin_add_transposed(const float *a, const float *dy, float *dw, int64_t rows, int64_t depth, int64_t filters)
{
    for (int64_t row = 0; row < rows; row += BLOCK_ROWS)
        add_block(a + row * depth, dy + row * filters, dw, rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS, depth,
                  filters);
}
