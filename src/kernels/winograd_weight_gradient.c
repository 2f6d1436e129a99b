/* The weights' gradient: dU = Vᵀ D in 36 planes. Every thread sums the products of its tiles into a partial of its own,
 * and the transform back to dw adds these in the order of the threads. */
#include <string.h>

#include "kernels/column_sums.h"
#include "kernels/product.h"
#include "kernels/product_bf16.h"
#include "kernels/winograd.h"
#include "kernels/winograd_grid.h"

/* The team's memory: a partial of db in doubles a thread, then a partial of dU a thread. */
static int64_t partial_floats(const struct winograd_grid *grid)
{
    return winograd_filters_words(&grid->filters) + LINE_FLOATS;
}

static double *partial_bias(const struct kernel_task *task, int thread)
{
    return (double *)task->shared + (int64_t)thread * panel_columns(task->op->window.out_channels);
}

static float *partial_weights(const struct kernel_task *task, const struct winograd_grid *grid, int thread)
{
    return (float *)partial_bias(task, task->threads) + thread * partial_floats(grid);
}

static void add_products(const struct winograd_grid *grid, const struct winograd_memory *memory, int64_t tiles,
                         float *du, bool add)
{
    struct winograd_planes v = memory->in, d = memory->out;
    int64_t channels = grid->filters.channels, filters = grid->filters.filters;
    int64_t plane = winograd_filters_plane(&grid->filters);

    for (int p = 0; p < WINOGRAD_PLANES; p++)
        for (int64_t filter = 0; filter < filters; filter += TILE_COLUMNS) {
            const float *left = v.at + p * v.plane, *right = d.at + p * d.plane + filter;
            float *to = du + p * plane + filter * channels;

            if (v.format == WINOGRAD_TILE_PAIRS)
                product_bf16((const uint32_t *)left, 1, v.stride, (const uint32_t *)right, d.stride, to, TILE_COLUMNS,
                             channels, (tiles + 1) / 2, add);
            else
                product(left, 1, v.stride, right, d.stride, to, TILE_COLUMNS, channels, tiles, add);
        }
}

static void partial(const struct kernel_task *task, struct winograd_grid *grid)
{
    struct share rows = winograd_grid_share(grid, task, task->thread);
    struct winograd_memory memory = winograd_grid_place(grid, kernel_workspace(task, task->thread));
    int64_t width = grid->out.width, filters = grid->out.channels;
    float *du = partial_weights(task, grid, task->thread);
    double *db = partial_bias(task, task->thread);

    memset(db, 0, (size_t)filters * sizeof *db);
    for (int64_t row = rows.begin, end; row < rows.end; row = end) {
        struct share covered;
        const float *dy;

        end = row + grid->block_rows < rows.end ? row + grid->block_rows : rows.end;
        covered = winograd_grid_covered(&grid->out, row, end);
        dy = winograd_grid_unpooled(&task->op->window, task->in[1], task->in[2], covered, &grid->out, memory.rows);
        winograd_data(&grid->in, task->in[0], row, end, memory.in);
        winograd_output_gradient(&grid->out, dy, row, end, memory.out);
        add_products(grid, &memory, (end - row) * grid->in.tile_columns, du, row > rows.begin);
        if (task->out[1])
            column_sums_add(dy + (covered.begin - grid->out.first_row) * width * filters,
                            (covered.end - covered.begin) * width, filters, filters, db);
    }
}

/* Threads that had rows: the first ones. */
static int partials(const struct kernel_task *task, const struct winograd_grid *grid)
{
    int count = 0;

    for (int thread = 0; thread < task->threads; thread++) {
        struct share rows = winograd_grid_share(grid, task, thread);

        count += rows.begin < rows.end;
    }
    return count;
}

static void sum_bias(const struct kernel_task *task, int count, float *db)
{
    for (int i = 0; i < task->op->window.out_channels; i++) {
        double sum = 0.0;

        for (int thread = 0; thread < count; thread++)
            sum += partial_bias(task, thread)[i];
        db[i] = (float)sum;
    }
}

void winograd_conv2d_weight_gradient(const struct kernel_task *task)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct share channels = share_of(grid.in.channels, 1, task->thread, task->threads);
    int count = partials(task, &grid);

    partial(task, &grid);
    kernel_barrier(task);
    winograd_filters_gradient(&grid.filters, partial_weights(task, &grid, 0), count, partial_floats(&grid),
                              channels.begin, channels.end, task->out[0]);
    if (task->thread == 0 && task->out[1])
        sum_bias(task, count, task->out[1]);
}

size_t winograd_weight_gradient_shared(const struct op *op, int threads)
{
    struct winograd_grid grid = winograd_grid_of(op);

    return (size_t)threads *
           ((size_t)panel_columns(grid.out.channels) * sizeof(double) + (size_t)partial_floats(&grid) * sizeof(float));
}
