#include "kernels/direct_convolve.h"

#include "kernels/direct_tile.h"

/* What the tiles of a panel have in common. */
struct panel_task {
    const struct direct_convolution *convolution;
    const float *seen, *bias, *weights;
    int columns;
    float *y;
};

typedef void tile_function(const struct panel_task *task, const int32_t *from, const int32_t *to);

VECTOR_INLINE vector positive(vector v)
{
    typedef int32_t mask __attribute__((vector_size(sizeof(vector)), may_alias));

    return (vector)((mask)v & ~(mask)(v < 0.0f)); /* a NaN stays one */
}

/* `rows` pixels × `vectors` vectors of filters. Where not all of these are filters, the sums go by way of `aside`. */
VECTOR_INLINE void convolve(const struct panel_task *task, const int32_t *from, const int32_t *to, const int rows,
                            const int vectors)
{
    const struct direct_blocks *blocks = task->convolution->blocks;
    int64_t steps = (int64_t)blocks->window.kernel_width * blocks->window.channels;
    const float *at[TILE_ROWS], *weights = task->weights;
    float aside[TILE_ROWS][TILE_COLUMNS];
    vector sums[TILE_ROWS][TILE_VECTORS];
    bool whole = task->columns == vectors * LANES;

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        at[row] = task->seen + from[row];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sums[row][v] = *(const vector *)(task->bias + v * LANES);
    }
    for (int ky = 0; ky < blocks->window.kernel_height; ky++, weights += steps * TILE_COLUMNS) {
        direct_tile(sums, at, 1, weights, TILE_COLUMNS, steps, rows, vectors);
#pragma GCC unroll 12
        for (int row = 0; row < rows; row++)
            at[row] += blocks->row;
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        float *y = whole ? task->y + to[row] : aside[row];

#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            *(vector *)(y + v * LANES) = task->convolution->relu ? positive(sums[row][v]) : sums[row][v];
    }
    for (int row = 0; !whole && row < rows; row++)
        for (int i = 0; i < task->columns; i++)
            task->y[to[row] + i] = aside[row][i];
}

#define TILE(rows)                                                                                                     \
    static void narrow_##rows(const struct panel_task *task, const int32_t *from, const int32_t *to)                   \
    {                                                                                                                  \
        convolve(task, from, to, rows, 1);                                                                             \
    }                                                                                                                  \
    static void wide_##rows(const struct panel_task *task, const int32_t *from, const int32_t *to)                     \
    {                                                                                                                  \
        convolve(task, from, to, rows, TILE_VECTORS);                                                                  \
    }
#define ROW(rows) [rows] = { narrow_##rows, wide_##rows },

TILE_HEIGHTS(TILE)
static tile_function *const tiles[TILE_ROWS + 1][2] = { TILE_HEIGHTS(ROW) };

void direct_convolve(const struct direct_convolution *c, const float *seen, int64_t pixels, float *y)
{
    for (int64_t panel = 0; panel < direct_panels_count(c->panels); panel++) {
        const float *bias = direct_panel(c->panels, panel);
        struct panel_task task = {
            .convolution = c,
            .seen = seen,
            .bias = bias,
            .weights = bias + (1 + c->first) * TILE_COLUMNS,
            .columns = direct_panel_columns(c->panels, panel),
            .y = y + panel * TILE_COLUMNS,
        };

        for (int64_t pixel = 0; pixel < pixels;) {
            int64_t rows = direct_tile_rows(pixels - pixel);

            tiles[rows][task.columns > LANES](&task, c->from + pixel, c->to + pixel);
            pixel += rows;
        }
    }
}
