#include "kernels/winograd_grid.h"

#include <string.h>

#include "kernels/product.h"

/* What a block's planes may take: about what a core has of its own. */
enum { BLOCK_BYTES = 512 * 1024 };

static int64_t rows_of_block(const struct winograd_grid *grid)
{
    int64_t in = grid->in.channels, out = grid->out.channels;
    int64_t tile_bytes = WINOGRAD_PLANES * (panel_columns(in) + panel_columns(out)) * (int64_t)sizeof(float);
    int64_t tiles = BLOCK_BYTES / tile_bytes;
    /* All weights pass once a block: with fewer tiles than this they are more traffic than the planes, which are
     * written and read. */
    int64_t least = in * out / (in + out) / 2;
    int64_t rows = (tiles > least ? tiles : least) / grid->in.tile_columns;

    return rows > 0 ? rows : 1;
}

struct winograd_grid winograd_grid_of(const struct op_window *window, bool input_gradient)
{
    int top = window->pad_top, left = window->pad_left, back = WINOGRAD_KERNEL - 1;
    struct winograd_images x = { window->height, window->width, window->channels };
    struct winograd_images y = { window->out_height, window->out_width, window->out_channels };
    struct winograd_grid grid = { .in = input_gradient ? y : x, .out = input_gradient ? x : y };

    grid.in.pad_top = input_gradient ? back - top : top;
    grid.in.pad_left = input_gradient ? back - left : left;
    grid.in.tile_rows = grid.out.tile_rows = (grid.out.height + WINOGRAD_OUT - 1) / WINOGRAD_OUT;
    grid.in.tile_columns = grid.out.tile_columns = (grid.out.width + WINOGRAD_OUT - 1) / WINOGRAD_OUT;
    grid.filters = (struct winograd_filters){ grid.in.channels, grid.out.channels, input_gradient };
    grid.block_rows = rows_of_block(&grid);
    return grid;
}

/* Planes of which neighbours do not fall into the same sets of the cache. */
static struct winograd_planes planes_of(const struct winograd_grid *grid, int64_t channels)
{
    int64_t stride = panel_columns(channels);

    return (struct winograd_planes){ .stride = stride,
                                     .plane = grid->block_rows * grid->in.tile_columns * stride + LINE_FLOATS };
}

size_t winograd_grid_workspace(const struct winograd_grid *grid)
{
    int64_t in = grid->in.channels, out = grid->out.channels;

    return (size_t)(panel_columns(in) + panel_columns(out) +
                    WINOGRAD_PLANES * (planes_of(grid, in).plane + planes_of(grid, out).plane)) *
           sizeof(float);
}

void winograd_grid_place(struct winograd_grid *grid, void *workspace, struct winograd_planes *in,
                         struct winograd_planes *out)
{
    *in = planes_of(grid, grid->in.channels);
    *out = planes_of(grid, grid->out.channels);
    grid->in.outside = workspace;
    grid->out.outside = grid->in.outside + in->stride;
    in->at = grid->out.outside + out->stride;
    out->at = in->at + WINOGRAD_PLANES * in->plane;
    memset(grid->in.outside, 0, (size_t)in->stride * sizeof(float));
    memset(grid->out.outside, 0, (size_t)out->stride * sizeof(float));
}

int64_t winograd_grid_pixel_row(const struct winograd_images *images, int64_t tile_row)
{
    return tile_row / images->tile_rows * images->height + tile_row % images->tile_rows * WINOGRAD_OUT;
}

struct share winograd_grid_share(const struct winograd_grid *grid, const struct kernel_task *task, int thread)
{
    return share_of((int64_t)task->step->rows * grid->in.tile_rows, 1, thread, task->threads);
}
