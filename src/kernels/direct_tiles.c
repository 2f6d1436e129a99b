#include "kernels/direct_tiles.h"

#include <string.h>

/* One step of a tile's sums: sums(row, ·) += at[row][step] × b(·), of `vectors` vectors. Unlike in tile.h every row has
 * an address of its own, so that a tile can hold pixels of several image rows, or elements of several kernel rows.
 * `rows` and `vectors` are constants where this is inlined. */
VECTOR_INLINE void tile_step(vector sums[][TILE_VECTORS], const float *const *at, int64_t step, const float *b,
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

/* What the tiles of a panel have in common. */
struct panel_task {
    const struct direct_convolution *convolution;
    const float *seen, *bias, *weights;
    int columns;
    float *y;
};

typedef void convolve_function(const struct panel_task *task, const int32_t *windows, const int32_t *outputs);

VECTOR_INLINE vector positive(vector v)
{
    typedef int32_t mask __attribute__((vector_size(sizeof(vector)), may_alias));

    return (vector)((mask)v & ~(mask)(v < 0.0f)); /* a NaN stays one */
}

/* `rows` pixels × `vectors` vectors of filters. If the vectors hold more than the panel's filters, the sums go through
 * `aside`. */
VECTOR_INLINE void convolve(const struct panel_task *task, const int32_t *windows, const int32_t *outputs,
                            const int rows, const int vectors)
{
    const int32_t *elements = task->convolution->elements;
    int64_t depth = task->convolution->depth;
    bool relu = task->convolution->relu, whole = task->columns == vectors * LANES;
    const float *at[TILE_ROWS], *weights = task->weights;
    float aside[TILE_ROWS][TILE_COLUMNS], *y = task->y;
    vector sums[TILE_ROWS][TILE_VECTORS];

#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        at[row] = task->seen + windows[row];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            sums[row][v] = *(const vector *)(task->bias + v * LANES);
    }
    for (int64_t k = 0; k < depth; k++, weights += TILE_COLUMNS)
        tile_step(sums, at, elements[k], weights, rows, vectors);
    if (relu)
#pragma GCC unroll 12
        for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++)
                sums[row][v] = positive(sums[row][v]);
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        float *to = whole ? y + outputs[row] : aside[row];

#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            *(vector *)(to + v * LANES) = sums[row][v];
    }
    for (int row = 0; !whole && row < rows; row++)
        for (int i = 0; i < task->columns; i++)
            y[outputs[row] + i] = aside[row][i];
}

#define CONVOLVE(rows)                                                                                                 \
    static void convolve_narrow_##rows(const struct panel_task *task, const int32_t *windows, const int32_t *outputs)  \
    {                                                                                                                  \
        convolve(task, windows, outputs, rows, 1);                                                                     \
    }                                                                                                                  \
    static void convolve_wide_##rows(const struct panel_task *task, const int32_t *windows, const int32_t *outputs)    \
    {                                                                                                                  \
        convolve(task, windows, outputs, rows, TILE_VECTORS);                                                          \
    }
#define CONVOLVE_ROW(rows) [rows] = { convolve_narrow_##rows, convolve_wide_##rows },

TILE_HEIGHTS(CONVOLVE)
static convolve_function *const convolve_tiles[TILE_ROWS + 1][2] = { TILE_HEIGHTS(CONVOLVE_ROW) };

void direct_tiles_convolve(const struct direct_convolution *c, const float *seen, int64_t pixels, float *y)
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

            convolve_tiles[height][task.columns > LANES](&task, c->windows + pixel, c->outputs + pixel);
            pixel += height;
        }
    }
}

/* The order in which a tile goes through the pixels of a block: `runs` runs, each from the start of a window, of
 * `steps` steps. */
struct walk {
    const float *seen;
    const int32_t *windows;
    int64_t windows_step; /* pixels from a run's first to the next run's */
    int64_t runs, steps, step;
};

/* What the tiles of a block have in common. */
struct block_task {
    const struct direct_products *products;
    struct walk walk;
    struct direct_dy dy;
};

typedef void add_function(const struct block_task *task, const int32_t *elements, float *sums);

/* `rows` elements × `vectors` vectors of filters, summed over the block and then added to what is at `sums`: a sum of
 * short sums loses less than one long sum. */
VECTOR_INLINE void add_tile(const struct walk *walk, const int32_t *elements, const float *dy, int64_t pixel,
                            float *sums, const int rows, const int vectors)
{
    vector block[TILE_ROWS][TILE_VECTORS] = { 0 };
    int64_t steps = walk->steps, step = walk->step;

    for (int64_t run = 0; run < walk->runs; run++) {
        const float *at[TILE_ROWS], *seen = walk->seen + walk->windows[run * walk->windows_step];

#pragma GCC unroll 12
        for (int row = 0; row < rows; row++)
            at[row] = seen + elements[row];
        for (int64_t k = 0; k < steps; k++, dy += pixel)
            tile_step(block, at, k * step, dy, rows, vectors);
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            *(vector *)(sums + row * TILE_COLUMNS + v * LANES) += block[row][v];
}

/* Copies `rows` elements of every pixel's window to strip [pixels][rows]. */
VECTOR_INLINE void gather(const struct walk *walk, const int32_t *elements, float *strip, const int rows)
{
    bool adjacent = elements[rows - 1] - elements[0] == rows - 1;

    for (int64_t run = 0; run < walk->runs; run++) {
        const float *seen = walk->seen + walk->windows[run * walk->windows_step];

        for (int64_t step = 0; step < walk->steps; step++, seen += walk->step, strip += rows)
            if (adjacent)
                memcpy(strip, seen + elements[0], (size_t)rows * sizeof *strip);
            else
#pragma GCC unroll 12
                for (int row = 0; row < rows; row++)
                    strip[row] = seen[elements[row]];
    }
}

/* `rows` elements × all filters. */
VECTOR_INLINE void add_elements(const struct block_task *task, const int32_t *elements, float *sums, const int rows)
{
    static const int32_t adjacent[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, beginning[] = { 0 };
    const struct direct_products *p = task->products;
    const float *dy = task->dy.at;
    struct walk walk = task->walk;

    if (p->strip) {
        gather(&walk, elements, p->strip, rows);
        walk = (struct walk){
            .seen = p->strip, .windows = beginning, .runs = 1, .steps = walk.runs * walk.steps, .step = rows
        };
        elements = adjacent;
    }
    for (int64_t filter = 0; filter < p->filters; filter += TILE_COLUMNS) {
        if (p->filters - filter > LANES)
            add_tile(&walk, elements, dy, task->dy.pixel, sums, rows, TILE_VECTORS);
        else
            add_tile(&walk, elements, dy, task->dy.pixel, sums, rows, 1);
        dy += task->dy.panel;
        sums += p->depth * TILE_COLUMNS;
    }
}

#define ADD(rows)                                                                                                      \
    static void add_##rows(const struct block_task *task, const int32_t *elements, float *sums)                        \
    {                                                                                                                  \
        add_elements(task, elements, sums, rows);                                                                      \
    }
#define ADD_ROW(rows) [rows] = add_##rows,

TILE_HEIGHTS(ADD)
static add_function *const add_tiles[TILE_ROWS + 1] = { TILE_HEIGHTS(ADD_ROW) };

void direct_tiles_add_products(const struct direct_products *p, const float *seen, struct direct_dy dy, int64_t rows)
{
    const struct op_window *window = &p->blocks->window;
    struct block_task task = { .products = p,
                               .walk = { .seen = seen,
                                         .windows = p->windows,
                                         .windows_step = window->out_width,
                                         .runs = rows,
                                         .steps = window->out_width,
                                         .step = (int64_t)window->stride * window->channels },
                               .dy = dy };

    for (int64_t i = 0, at = 0, count = tile_count(p->depth); i < count; i++) {
        int64_t height = tile_height(p->depth, count, i);

        add_tiles[height](&task, p->elements + at, p->sums + at * TILE_COLUMNS);
        at += height;
    }
}
