/* The convolution and its input's gradient, which is a convolution of dy with the weights turned by half a circle. */
#include "kernels/winograd.h"

#include "kernels/activate.h"
#include "kernels/product.h"
#include "kernels/winograd_grid.h"

bool winograd_suits(const struct op_window *window)
{
    return window->kernel_height == WINOGRAD_KERNEL && window->kernel_width == WINOGRAD_KERNEL && window->stride == 1 &&
           window->channels >= 8 && window->out_channels >= 8 && !window->pooled;
}

/* M = V U, plane by plane: one panel of weights meets all tiles of the block while it is in the first cache. */
static void multiply(const struct winograd_grid *grid, struct winograd_planes v, const float *u, int64_t tiles,
                     struct winograd_planes m)
{
    int64_t channels = grid->filters.channels, filters = grid->filters.filters;
    int64_t plane = winograd_filters_plane(&grid->filters);

    for (int p = 0; p < WINOGRAD_PLANES; p++)
        for (int64_t filter = 0; filter < filters; filter += TILE_COLUMNS)
            product(v.at + p * v.plane, v.stride, 1, u + p * plane + filter * channels, TILE_COLUMNS,
                    m.at + p * m.plane + filter, m.stride, tiles, channels, false);
}

/* Takes the sums of rows of pixels begin..end-1 further while they are in the cache. */
typedef void finish_function(const struct kernel_task *task, int64_t begin, int64_t end);

static void convolve(const struct kernel_task *task, bool input_gradient, finish_function *finish)
{
    struct winograd_grid grid = winograd_grid_of(&task->op->window, input_gradient);
    struct share channels = share_of(grid.in.channels, 1, task->thread, task->threads);
    struct share rows = winograd_grid_share(&grid, task, task->thread);
    float *u = (float *)task->shared;
    struct winograd_planes v, m;

    winograd_grid_place(&grid, kernel_workspace(task, task->thread), &v, &m);
    winograd_filters(&grid.filters, task->in[1], channels.begin, channels.end, u);
    kernel_barrier(task);
    for (int64_t row = rows.begin; row < rows.end; row += grid.block_rows) {
        int64_t end = row + grid.block_rows < rows.end ? row + grid.block_rows : rows.end;

        winograd_data(&grid.in, task->in[0], row, end, v);
        multiply(&grid, v, u, (end - row) * grid.in.tile_columns, m);
        winograd_output(&grid.out, m, row, end, task->out[0]);
        finish(task, winograd_grid_pixel_row(&grid.out, row), winograd_grid_pixel_row(&grid.out, end));
    }
}

static void add_bias_and_activate(const struct kernel_task *task, int64_t begin, int64_t end)
{
    const struct op_window *window = &task->op->window;
    int64_t width = window->out_width, filters = window->out_channels;

    activate_rows(window->activation, window->slope, task->in[2], (float *)task->out[0] + begin * width * filters,
                  (end - begin) * width, filters, filters);
}

static void leave(const struct kernel_task *task, int64_t begin, int64_t end)
{
    (void)task;
    (void)begin;
    (void)end;
}

void winograd_conv2d(const struct kernel_task *task)
{
    convolve(task, false, add_bias_and_activate);
}

void winograd_conv2d_input_gradient(const struct kernel_task *task)
{
    convolve(task, true, leave);
}

static size_t workspace(const struct op *op, bool input_gradient)
{
    struct winograd_grid grid = winograd_grid_of(&op->window, input_gradient);

    return winograd_grid_workspace(&grid);
}

static size_t shared(const struct op *op, bool input_gradient)
{
    struct winograd_grid grid = winograd_grid_of(&op->window, input_gradient);

    return (size_t)winograd_filters_floats(&grid.filters) * sizeof(float);
}

size_t winograd_conv2d_workspace(const struct op *op)
{
    return workspace(op, false);
}

size_t winograd_conv2d_shared(const struct op *op)
{
    return shared(op, false);
}

size_t winograd_conv2d_input_gradient_workspace(const struct op *op)
{
    return workspace(op, true);
}

size_t winograd_conv2d_input_gradient_shared(const struct op *op)
{
    return shared(op, true);
}
