#include "kernels/winograd_grid.h"

#include <string.h>

#include "kernels/conv_pool.h"
#include "kernels/product.h"

/* With few channels, or tiles that are half outside the image, the transforms cost more than they save. Measured on
 * AVX2: with 16 channels in and out this way is 1.2 times as fast as the direct one, with 8 in and 16 out the direct
 * one is as much faster. */
bool winograd_grid_suits(const struct op_window *window)
{
    const int64_t least = 8, tile_pixels = WINOGRAD_OUT * WINOGRAD_OUT;
    int64_t channels = window->channels, filters = window->out_channels;
    int64_t rows = int_ceil_div(window->out_height, WINOGRAD_OUT);
    int64_t columns = int_ceil_div(window->out_width, WINOGRAD_OUT);

    return window->kernel_height == WINOGRAD_KERNEL && window->kernel_width == WINOGRAD_KERNEL && window->stride == 1 &&
           channels * filters >= least * (channels + filters) &&
           2 * window->out_height * window->out_width >= rows * columns * tile_pixels;
}

/* The planes of a block: about as large as a core's own cache. */
enum { BLOCK_BYTES = 512 * 1024 };

static int64_t rows_of_block(const struct winograd_grid *grid)
{
    int64_t in = grid->in.channels, out = grid->out.channels;
    int64_t tile_bytes =
        WINOGRAD_PLANES * (product_panel_columns(in) + product_panel_columns(out)) * (int64_t)sizeof(float);
    int64_t tiles = BLOCK_BYTES / tile_bytes;
    /* All weights are read once for each block: with fewer tiles than this that is more memory traffic than the planes,
     * which are written and read. */
    int64_t least = in * out / (in + out) / 2;
    int64_t rows = int64_max(tiles, least) / grid->in.tile_columns;

    return int64_max(rows, 1);
}

struct winograd_grid winograd_grid_of(const struct op *op)
{
    const struct op_window *window = &op->window;
    bool turned = op->kind == OP_CONV2D_INPUT_GRADIENT, weights = op->kind == OP_CONV2D_WEIGHT_GRADIENT;
    bool bf16 = op->precision == PRECISION_BF16;
    int top = window->pad_top, left = window->pad_left, back = WINOGRAD_KERNEL - 1;
    struct winograd_images x = { window->height, window->width, window->channels };
    struct winograd_images y = { window->out_height, window->out_width, window->out_channels };
    struct winograd_grid grid = { .in = turned ? y : x, .out = turned ? x : y };

    grid.in.pad_top = turned ? back - top : top;
    grid.in.pad_left = turned ? back - left : left;
    grid.in.tile_rows = grid.out.tile_rows = int_ceil_div(grid.out.height, WINOGRAD_OUT);
    grid.in.tile_columns = grid.out.tile_columns = int_ceil_div(grid.out.width, WINOGRAD_OUT);
    if (bf16) {
        grid.in_format = weights ? WINOGRAD_TILE_PAIRS : WINOGRAD_CHANNEL_PAIRS;
        grid.out_format = weights ? WINOGRAD_TILE_PAIRS : WINOGRAD_FLOATS;
    }
    grid.filters = (struct winograd_filters){
        .channels = grid.in.channels, .filters = grid.out.channels, .turned = turned, .bf16 = bf16 && !weights
    };
    grid.block_rows = rows_of_block(&grid);
    grid.memory_rows = window->pooled ? grid.block_rows * (turned ? WINOGRAD_IN : WINOGRAD_OUT) : 0;
    return grid;
}

/* A plane is a cache line longer than needed, so that neighbouring planes do not fall into the same cache sets. */
static struct winograd_planes planes_of(const struct winograd_grid *grid, int64_t channels, enum winograd_format format)
{
    int64_t stride = product_panel_columns(channels), rows = grid->block_rows * grid->in.tile_columns;

    if (format == WINOGRAD_CHANNEL_PAIRS)
        stride /= 2;
    else if (format == WINOGRAD_TILE_PAIRS)
        rows = int64_ceil_div(rows, 2);
    return (struct winograd_planes){ .stride = stride, .plane = rows * stride + LINE_FLOATS, .format = format };
}

/* The output of the convolution itself, before a pool. */
static const struct winograd_images *map_of(const struct winograd_grid *grid)
{
    return grid->filters.turned ? &grid->in : &grid->out;
}

size_t winograd_grid_workspace(const struct op *op)
{
    struct winograd_grid grid = winograd_grid_of(op);
    const struct winograd_images *map = map_of(&grid);
    int64_t in = grid.in.channels, out = grid.out.channels;
    int64_t outside = product_panel_columns(in) + product_panel_columns(out);
    int64_t planes = planes_of(&grid, in, grid.in_format).plane + planes_of(&grid, out, grid.out_format).plane;

    return (size_t)(outside + WINOGRAD_PLANES * planes + grid.memory_rows * map->width * map->channels) * sizeof(float);
}

struct winograd_memory winograd_grid_memory(struct winograd_grid *grid, void *workspace)
{
    int64_t in = product_panel_columns(grid->in.channels), out = product_panel_columns(grid->out.channels);
    struct winograd_memory memory = { .in = planes_of(grid, grid->in.channels, grid->in_format),
                                      .out = planes_of(grid, grid->out.channels, grid->out_format) };

    grid->in.outside = workspace;
    grid->out.outside = grid->in.outside + in;
    memory.in.at = grid->out.outside + out;
    memory.out.at = memory.in.at + WINOGRAD_PLANES * memory.in.plane;
    memory.rows = memory.out.at + WINOGRAD_PLANES * memory.out.plane;
    memset(workspace, 0, (size_t)(in + out) * sizeof(float));
    return memory;
}

/* Which row of pixels is row `row` of a tile, or the nearest to it within the image; numbered through all images. */
static int64_t pixel_row(const struct winograd_images *images, int64_t tile_row, int64_t row)
{
    int64_t y = tile_row % images->tile_rows * WINOGRAD_OUT - images->pad_top + row;

    return tile_row / images->tile_rows * images->height + int64_min(int64_max(y, 0), images->height);
}

struct share winograd_grid_covered(const struct winograd_images *out, int64_t begin, int64_t end)
{
    return (struct share){ pixel_row(out, begin, 0), pixel_row(out, end - 1, WINOGRAD_OUT) };
}

struct share winograd_grid_seen(const struct winograd_images *in, int64_t begin, int64_t end)
{
    return (struct share){ pixel_row(in, begin, 0), pixel_row(in, end - 1, WINOGRAD_IN) };
}

const float *winograd_grid_unpooled(const struct op_window *window, const float *dy, const uint8_t *winner,
                                    struct share rows, struct winograd_images *images, float *memory)
{
    if (!window->pooled)
        return dy;
    images->first_row = rows.begin;
    return conv_pool_dy(window, dy, winner, rows.begin, rows.end, memory);
}
