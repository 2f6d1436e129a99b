/* The weight gradient by Winograd's algorithm: dU = Vᵀ D in 36 planes. The team is divided into groups. A group sums
 * the products of its tiles into a partial sum of its own, and the transform back to dw adds these in the order of the
 * groups. A group is one thread, or several that divide the filters among them, as for a large layer and many threads a
 * partial sum for each thread would need too much memory. */
#include <string.h>

#include "kernels/conv2d_ways.h"
#include "kernels/moments.h"
#include "kernels/product.h"
#include "kernels/winograd_grid.h"

enum { PARTIALS_BYTES = 256 << 20 };

struct division {
    int groups, members; /* threads past groups × members have nothing to do */
};

static int64_t partial_floats(const struct winograd_grid *grid)
{
    return winograd_filters_words(&grid->filters) + LINE_FLOATS;
}

static struct division divide(const struct winograd_grid *grid, int threads)
{
    int64_t panels = product_panel_columns(grid->out.channels) / TILE_COLUMNS;
    int64_t most = int64_max(PARTIALS_BYTES / (partial_floats(grid) * (int64_t)sizeof(float)), 1);
    int members = (int)int64_min(int64_ceil_div(threads, most), panels);

    return (struct division){ .groups = (int)int64_min(threads / members, most), .members = members };
}

/* The team's memory: for each group a partial sum of db in doubles, then for each a partial sum of dU. */
static double *partial_bias(const struct kernel_task *task, int group)
{
    return (double *)task->shared + (int64_t)group * product_panel_columns(task->op->window.out_channels);
}

static float *partial_weights(const struct kernel_task *task, const struct winograd_grid *grid, struct division d,
                              int group)
{
    return (float *)partial_bias(task, d.groups) + group * partial_floats(grid);
}

static void add_products(const struct winograd_grid *grid, const struct winograd_memory *memory, int64_t tiles,
                         struct share filters, float *du, bool add)
{
    struct winograd_planes v = memory->in, d = memory->out;
    int64_t channels = grid->filters.channels, plane = winograd_filters_plane(&grid->filters);

    for (int p = 0; p < WINOGRAD_PLANES; p++)
        for (int64_t filter = filters.begin; filter < filters.end; filter += TILE_COLUMNS) {
            const float *left = v.at + p * v.plane, *right = d.at + p * d.plane + filter;
            float *to = du + p * plane + filter * channels;

            if (v.format == WINOGRAD_TILE_PAIRS)
                product_panel_bf16((const uint32_t *)left, 1, v.stride, (const uint32_t *)right, d.stride, to,
                                   TILE_COLUMNS, channels, int64_ceil_div(tiles, 2), add);
            else
                product_panel(left, 1, v.stride, right, d.stride, to, TILE_COLUMNS, channels, tiles, add);
        }
}

/* Computes this thread's part of its group's partial sum. */
static void partial(const struct kernel_task *task, struct winograd_grid *grid, struct division d)
{
    int group = task->thread / d.members, member = task->thread % d.members;
    struct share rows = team_share((int64_t)task->step->rows * grid->in.tile_rows, 1, group, d.groups);
    struct share filters = team_share(grid->out.channels, TILE_COLUMNS, member, d.members);
    struct winograd_memory memory = winograd_grid_memory(grid, kernel_workspace(task, task->thread));
    int64_t width = grid->out.width, all = grid->out.channels;
    float *du = partial_weights(task, grid, d, group);
    double *db = task->out[1] && member == 0 ? partial_bias(task, group) : NULL;

    if (db)
        memset(db, 0, (size_t)all * sizeof *db);
    for (int64_t row = rows.begin, end; row < rows.end; row = end) {
        struct share covered;
        const float *dy;

        end = int64_min(row + grid->block_rows, rows.end);
        covered = winograd_grid_covered(&grid->out, row, end);
        dy = winograd_grid_unpooled(&task->op->window, task->in[1], task->in[2], covered, &grid->out, memory.rows);
        winograd_tiles_data(&grid->in, task->in[0], row, end, memory.in);
        winograd_tiles_output_gradient(&grid->out, dy, row, end, memory.out);
        add_products(grid, &memory, (end - row) * grid->in.tile_columns, filters, du, row > rows.begin);
        if (db)
            moments_sum(dy + (covered.begin - grid->out.first_row) * width * all, (covered.end - covered.begin) * width,
                        all, all, db);
    }
}

static void sum_bias(const struct kernel_task *task, int count, float *db)
{
    for (int i = 0; i < task->op->window.out_channels; i++) {
        double sum = 0.0;

        for (int group = 0; group < count; group++)
            sum += partial_bias(task, group)[i];
        db[i] = (float)sum;
    }
}

/* For a step, which may have fewer rows of tiles than there are groups. */
static struct division division_of(const struct kernel_task *task, const struct winograd_grid *grid)
{
    struct division d = divide(grid, task->threads);
    int64_t rows = (int64_t)task->step->rows * grid->in.tile_rows;

    d.groups = (int)int64_min(d.groups, rows);
    return d;
}

static void run(const struct kernel_task *task, const struct moments *moments)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct division d = division_of(task, &grid);

    (void)moments;
    if (task->thread < d.groups * d.members)
        partial(task, &grid, d);
}

static void finish(const struct kernel_task *task)
{
    struct winograd_grid grid = winograd_grid_of(task->op);
    struct division d = division_of(task, &grid);
    struct share channels = team_share(grid.in.channels, 1, task->thread, task->threads);

    winograd_filters_gradient(&grid.filters, partial_weights(task, &grid, d, 0), d.groups, partial_floats(&grid),
                              channels.begin, channels.end, task->out[0]);
    if (task->thread == 0 && task->out[1])
        sum_bias(task, d.groups, task->out[1]);
}

static size_t shared(const struct op *op, int threads)
{
    struct winograd_grid grid = winograd_grid_of(op);
    struct division d = divide(&grid, threads);

    return (size_t)d.groups * ((size_t)product_panel_columns(grid.out.channels) * sizeof(double) +
                               (size_t)partial_floats(&grid) * sizeof(float));
}

const struct conv2d_way winograd_weight_gradient = {
    .run = run, .finish = finish, .workspace = winograd_grid_workspace, .shared = shared
};
