#include "kernels/direct_products.h"

#include <string.h>

#include "kernels/direct_tile.h"

/* How a tile goes through the pixels of a block: `runs` times, from the beginning of a window, `steps` steps. */
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

typedef void tile_function(const struct block_task *task, const int32_t *places, float *sums);

/* `rows` places × `vectors` vectors of filters, summed over the block and then added to what is at `sums`: sums of
 * sums lose less than one long one. */
VECTOR_INLINE void add_tile(const struct walk *walk, const int32_t *places, const float *dy, int64_t pixel, float *sums,
                            const int rows, const int vectors)
{
    vector block[TILE_ROWS][TILE_VECTORS] = { 0 };
    int64_t steps = walk->steps, step = walk->step;

    for (int64_t run = 0; run < walk->runs; run++) {
        const float *at[TILE_ROWS], *seen = walk->seen + walk->windows[run * walk->windows_step];

#pragma GCC unroll 12
        for (int row = 0; row < rows; row++)
            at[row] = seen + places[row];
        for (int64_t k = 0; k < steps; k++, dy += pixel)
            direct_tile_step(block, at, k * step, dy, rows, vectors);
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
            *(vector *)(sums + row * TILE_COLUMNS + v * LANES) += block[row][v];
}

/* Brings `rows` places of every pixel together: strip [pixels][rows]. */
VECTOR_INLINE void gather(const struct walk *walk, const int32_t *places, float *strip, const int rows)
{
    bool adjacent = places[rows - 1] - places[0] == rows - 1;

    for (int64_t run = 0; run < walk->runs; run++) {
        const float *seen = walk->seen + walk->windows[run * walk->windows_step];

        for (int64_t step = 0; step < walk->steps; step++, seen += walk->step, strip += rows)
            if (adjacent)
                memcpy(strip, seen + places[0], (size_t)rows * sizeof *strip);
            else
#pragma GCC unroll 12
                for (int row = 0; row < rows; row++)
                    strip[row] = seen[places[row]];
    }
}

/* `rows` places × all filters. */
VECTOR_INLINE void add_places(const struct block_task *task, const int32_t *places, float *sums, const int rows)
{
    static const int32_t adjacent[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, beginning[] = { 0 };
    const struct direct_products *p = task->products;
    const float *dy = task->dy.at;
    struct walk walk = task->walk;

    if (p->strip) {
        gather(&walk, places, p->strip, rows);
        walk = (struct walk){
            .seen = p->strip, .windows = beginning, .runs = 1, .steps = walk.runs * walk.steps, .step = rows
        };
        places = adjacent;
    }
    for (int64_t filter = 0; filter < p->filters; filter += TILE_COLUMNS) {
        if (p->filters - filter > LANES)
            add_tile(&walk, places, dy, task->dy.pixel, sums, rows, TILE_VECTORS);
        else
            add_tile(&walk, places, dy, task->dy.pixel, sums, rows, 1);
        dy += task->dy.panel;
        sums += p->depth * TILE_COLUMNS;
    }
}

#define TILE(rows)                                                                                                     \
    static void add_##rows(const struct block_task *task, const int32_t *places, float *sums)                          \
    {                                                                                                                  \
        add_places(task, places, sums, rows);                                                                          \
    }
#define ROW(rows) [rows] = add_##rows,

TILE_HEIGHTS(TILE)
static tile_function *const tiles[TILE_ROWS + 1] = { TILE_HEIGHTS(ROW) };

void direct_products_add(const struct direct_products *p, const float *seen, struct direct_dy dy, int64_t rows)
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

        tiles[height](&task, p->numbers + at, p->sums + at * TILE_COLUMNS);
        at += height;
    }
}
