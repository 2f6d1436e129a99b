/* The convolution and its input gradient by Winograd's algorithm. The gradient is a convolution of dy with the weights
 * rotated by 180 degrees. */
#include "kernels/activate.h"
#include "kernels/claims.h"
#include "kernels/conv2d_ways.h"
#include "kernels/conv_pool.h"
#include "kernels/product.h"
#include "kernels/winograd_grid.h"

/* M = V U, plane by plane. A panel of weights is multiplied with all tiles of the block while it is in the first-level
 * cache. */
static void multiply(const struct winograd_grid *grid, const struct winograd_memory *memory, const float *u,
                     struct share rows)
{
    const struct winograd_filters *filters = &grid->filters;
    struct winograd_planes v = memory->in, m = memory->out;
    int64_t tiles = (rows.end - rows.begin) * grid->in.tile_columns;
    int64_t plane = winograd_filters_plane(filters), steps = winograd_filters_rows(filters);

    for (int p = 0; p < WINOGRAD_PLANES; p++)
        for (int64_t filter = 0; filter < filters->filters; filter += TILE_COLUMNS) {
            const float *from = v.at + p * v.plane, *panel = u + p * plane + filter * steps;
            float *to = m.at + p * m.plane + filter;

            if (filters->bf16)
                product_panel_bf16((const uint32_t *)from, v.stride, 1, (const uint32_t *)panel, TILE_COLUMNS, to,
                                   m.stride, tiles, steps, false);
            else
                product_panel(from, v.stride, 1, panel, TILE_COLUMNS, to, m.stride, tiles, steps, false);
        }
}

/* Pieces are rows of tiles, numbered through all images. Threads keep to their own shares if they compute moments. */
static struct claims blocks_of(const struct kernel_task *task, const struct winograd_grid *grid)
{
    bool own = task->op->kind == OP_CONV2D && task->op->out[2] != VALUE_NONE;

    return claims_of(task, (int64_t)task->step->rows * grid->in.tile_rows, 1, grid->block_rows, own);
}

static void begin(const struct kernel_task *task)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct share channels = team_share(grid.in.channels, 2, task->thread, task->threads);
    struct claims blocks = blocks_of(task, &grid);

    claims_open(&blocks);
    winograd_filters(&grid.filters, task->in[1], channels.begin, channels.end, (float *)task->shared);
}

/* Pools rows of the convolution's output, from `memory`, image by image: an odd last row of an image is left out. */
static void pool(const struct kernel_task *task, const float *memory, struct share rows)
{
    const struct op_window *window = &task->op->window;
    int64_t height = window->out_height, width = window->out_width, filters = window->out_channels;
    float *y = task->out[0];
    uint8_t *winner = task->out[1];

    for (int64_t row = rows.begin, end; row < rows.end; row = end) {
        int64_t image = row / height, pooled = image * (height / 2) + row % height / 2;
        int64_t at = pooled * (width / 2) * filters;
        struct conv_map sums = { (float *)memory + (row - rows.begin) * width * filters, width * filters, filters };

        end = int64_min(rows.end, (image + 1) * height);
        conv_pool_rows(window, sums, (end - row) / 2 * 2, filters, task->in[2], y + at, winner ? winner + at : NULL);
    }
}

/* Writes y from the sums M, while they are in the cache. */
static void write_output(const struct kernel_task *task, struct winograd_grid *grid,
                         const struct winograd_memory *memory, struct share tiles, const struct moments *moments)
{
    const struct op_window *window = &task->op->window;
    struct share rows = winograd_grid_covered(&grid->out, tiles.begin, tiles.end);
    int64_t width = window->out_width, filters = window->out_channels, pixels = (rows.end - rows.begin) * width;
    float *y = task->out[0];

    if (window->pooled) {
        grid->out.first_row = rows.begin;
        winograd_tiles_output(&grid->out, memory->out, tiles.begin, tiles.end, memory->rows);
        pool(task, memory->rows, rows);
        return;
    }
    winograd_tiles_output(&grid->out, memory->out, tiles.begin, tiles.end, y);
    y += rows.begin * width * filters;
    activate_rows(window->activation, window->slope, task->in[2], y, pixels, filters, filters);
    if (moments)
        moments_add(*moments, y, pixels);
}

static void conv2d(const struct kernel_task *task, const struct moments *moments)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct winograd_memory memory = winograd_grid_memory(&grid, kernel_workspace(task, task->thread));
    struct claims blocks = blocks_of(task, &grid);

    for (struct share rows; claims_next(&blocks, &rows);) {
        winograd_tiles_data(&grid.in, task->in[0], rows.begin, rows.end, memory.in);
        multiply(&grid, &memory, (const float *)task->shared, rows);
        write_output(task, &grid, &memory, rows, moments);
    }
}

static void input_gradient(const struct kernel_task *task, const struct moments *moments)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct winograd_memory memory = winograd_grid_memory(&grid, kernel_workspace(task, task->thread));
    struct claims blocks = blocks_of(task, &grid);

    (void)moments;
    for (struct share rows; claims_next(&blocks, &rows);) {
        struct share seen = winograd_grid_seen(&grid.in, rows.begin, rows.end);
        const float *dy =
            winograd_grid_unpooled(&task->op->window, task->in[0], task->in[2], seen, &grid.in, memory.rows);

        winograd_tiles_data(&grid.in, dy, rows.begin, rows.end, memory.in);
        multiply(&grid, &memory, (const float *)task->shared, rows);
        winograd_tiles_output(&grid.out, memory.out, rows.begin, rows.end, task->out[0]);
    }
}

static size_t shared(const struct op *op, int threads)
{
    struct winograd_grid grid = winograd_grid_of(op);

    (void)threads;
    return (size_t)winograd_filters_words(&grid.filters) * sizeof(float);
}

const struct conv2d_way winograd_conv2d = {
    .begin = begin, .run = conv2d, .workspace = winograd_grid_workspace, .shared = shared
};

const struct conv2d_way winograd_input_gradient = {
    .begin = begin, .run = input_gradient, .workspace = winograd_grid_workspace, .shared = shared
};
