#include "kernels/direct_tiles.h"

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
    const int32_t *numbers = task->convolution->numbers;
    int64_t depth = task->convolution->depth;
    bool relu = task->convolution->relu, whole = task->columns == vectors * LANES;
    const float *at[TILE_ROWS], *weights = task->weights;
    float aside[TILE_ROWS][TILE_COLUMNS], *y = task->y;
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        at[row] = task->seen + from[row];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sums[row][v] = *(const vector *)(task->bias + v * LANES);
    }
    for (int64_t k = 0; k < depth; k++, weights += TILE_COLUMNS)
        direct_tile_step(sums, at, numbers[k], weights, rows, vectors);
    if (relu)
#pragma GCC unroll 12
        for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sums[row][v] = positive(sums[row][v]);
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        float *place = whole ? y + to[row] : aside[row];

#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            *(vector *)(place + v * LANES) = sums[row][v];
    }
    for (int row = 0; !whole && row < rows; row++)
        for (int i = 0; i < task->columns; i++)
            y[to[row] + i] = aside[row][i];
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

        for (int64_t i = 0, pixel = 0, count = tile_count(pixels); i < count; i++) {
            int64_t height = tile_height(pixels, count, i);

            tiles[height][task.columns > LANES](&task, c->from + pixel, c->to + pixel);
            pixel += height;
        }
    }
}
