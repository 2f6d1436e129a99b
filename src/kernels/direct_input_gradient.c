/* The gradient of a convolution's input, as convolutions of dy. The pixels of dx whose row and column are y and x
 * modulo the stride are one phase: they get dy through the same rows and columns of the kernel, every stride-th one. So
 * each phase is a convolution of stride 1 with its own taps, in reverse order, and no zeros are multiplied. */
#include <string.h>

#include "base/limits.h"
#include "kernels/conv2d_ways.h"
#include "kernels/direct_tiles.h"

enum { BLOCK_PIXELS = 256 };

/* A phase in one direction: pixel p + stride × t of dx gets pixel base + t - j of dy through tap first + stride × j. */
struct side {
    int first, taps, base, count;
};

static struct side side_of(int size, int kernel, int stride, int pad, int p)
{
    struct side side = { .first = (p + pad) % stride, .base = (p + pad) / stride };

    side.taps = side.first < kernel ? int_ceil_div(kernel - side.first, stride) : 0;
    side.count = p < size ? int_ceil_div(size - p, stride) : 0;
    return side;
}

struct phase {
    int y, x; /* of its first pixel in dx */
    struct side vertical, horizontal;
    struct op_window window; /* from dy to this phase's pixels */
    int64_t first;           /* row of the panels where its weights begin, not counting the bias */
};

static int64_t depth_of(const struct op_window *window)
{
    return (int64_t)window->kernel_height * window->kernel_width * window->channels;
}

/* Goes on to the next phase, whose weights follow those of this one; false after the last. Begin with x = -1. */
static bool next_phase(const struct op_window *w, struct phase *phase)
{
    int step = phase->x + 1;
    struct phase next = { .y = phase->y + step / w->stride,
                          .x = step % w->stride,
                          .first = phase->first + depth_of(&phase->window) };

    next.vertical = side_of(w->height, w->kernel_height, w->stride, w->pad_top, next.y);
    next.horizontal = side_of(w->width, w->kernel_width, w->stride, w->pad_left, next.x);
    next.window = (struct op_window){ .height = w->out_height,
                                      .width = w->out_width,
                                      .channels = w->out_channels,
                                      .pooled = w->pooled,
                                      .out_height = next.vertical.count,
                                      .out_width = next.horizontal.count,
                                      .out_channels = w->channels,
                                      .stride = 1 };
    /* Without taps no window covers these pixels: their gradient is 0. */
    if (next.vertical.taps > 0 && next.horizontal.taps > 0) {
        next.window.kernel_height = next.vertical.taps;
        next.window.kernel_width = next.horizontal.taps;
        next.window.pad_top = next.vertical.taps - 1 - next.vertical.base;
        next.window.pad_left = next.horizontal.taps - 1 - next.horizontal.base;
    }
    *phase = next;
    return phase->y < w->stride;
}

/* An image may be too small to have pixels of every phase. */
static bool has_pixels(const struct phase *phase)
{
    return phase->vertical.count > 0 && phase->horizontal.count > 0;
}

static struct direct_panels panels_of(const struct op_window *window, float *at)
{
    return (struct direct_panels){ .at = at,
                                   .depth =
                                       (int64_t)window->kernel_height * window->kernel_width * window->out_channels,
                                   .filters = window->channels };
}

static size_t shared(const struct op *op, int threads)
{
    struct direct_panels panels = panels_of(&op->window, NULL);

    (void)threads;
    return (size_t)direct_panels_floats(&panels) * sizeof(float);
}

static size_t workspace(const struct op *op)
{
    struct op_window window = direct_blocks_window(op);
    size_t most = 0;

    for (struct phase phase = { .x = -1 }; next_phase(&window, &phase);)
        if (has_pixels(&phase)) {
            struct direct_blocks blocks = direct_blocks_of(&phase.window, 1, BLOCK_PIXELS, DIRECT_BLOCKS_SEEN);
            size_t bytes = (size_t)direct_blocks_scratch(&blocks) * sizeof(float) +
                           (size_t)(direct_blocks_pixels(&blocks) * 2 + depth_of(&phase.window)) * sizeof(int32_t);

            most = size_max(bytes, most);
        }
    return most;
}

/* Packs one tap of w [kh][kw][C][K] into rows `to` [K][TILE_COLUMNS] of a panel, whose columns are channels. */
static void pack_tap(const float *w, int64_t depth, int columns, float *to)
{
    for (int64_t k = 0; k < depth; k++)
        for (int i = 0; i < TILE_COLUMNS; i++)
            to[k * TILE_COLUMNS + i] = i < columns ? w[i * depth + k] : 0.0f;
}

/* Packs this thread's share of a phase's taps. */
static void pack_phase(const struct kernel_task *task, const struct direct_panels *panels, const struct phase *phase)
{
    const struct op_window *window = &task->op->window;
    const float *w = task->in[1];
    int64_t depth = window->out_channels, width = phase->window.kernel_width;
    int64_t taps = phase->window.kernel_height * width;
    struct share share = team_share(taps * direct_panels_count(panels), 1, task->thread, task->threads);

    for (int64_t item = share.begin; item < share.end; item++) {
        int64_t panel = item / taps, tap = item % taps, reversed = taps - 1 - tap;
        int64_t ky = phase->vertical.first + reversed / width * window->stride;
        int64_t kx = phase->horizontal.first + reversed % width * window->stride;
        int64_t channel = (ky * window->kernel_width + kx) * window->channels + panel * TILE_COLUMNS;

        pack_tap(w + channel * depth, depth, direct_panel_columns(panels, panel),
                 direct_panel(panels, panel) + (1 + phase->first + tap * depth) * TILE_COLUMNS);
    }
}

static void pack(const struct kernel_task *task, const struct direct_panels *panels)
{
    for (struct phase phase = { .x = -1 }; next_phase(&task->op->window, &phase);)
        pack_phase(task, panels, &phase);
    for (int64_t panel = task->thread; panel < direct_panels_count(panels); panel += task->threads)
        memset(direct_panel(panels, panel), 0, TILE_COLUMNS * sizeof(float)); /* no bias */
}

/* Computes this thread's share of a phase's rows. */
static void convolve(const struct kernel_task *task, const struct direct_panels *panels, const struct phase *phase)
{
    const struct op_window *window = &task->op->window;
    struct direct_input dy = { task->in[0], task->in[2] };
    struct direct_blocks blocks = direct_blocks_of(&phase->window, 1, BLOCK_PIXELS, DIRECT_BLOCKS_SEEN);
    struct share share =
        team_share((int64_t)task->step->rows * phase->window.out_height, 1, task->thread, task->threads);
    int64_t pixel = window->channels, row = window->width * pixel, image = window->height * row;
    float *scratch = kernel_workspace(task, task->thread), *dx = (float *)task->out[0] + phase->x * pixel;
    int32_t *windows = (int32_t *)(scratch + direct_blocks_scratch(&blocks));
    int32_t *outputs = windows + direct_blocks_pixels(&blocks), *elements = outputs + direct_blocks_pixels(&blocks);
    struct direct_convolution convolution = { .panels = panels,
                                              .first = phase->first,
                                              .depth = depth_of(&phase->window),
                                              .elements = elements,
                                              .windows = windows,
                                              .outputs = outputs };

    direct_blocks_element_offsets(&blocks, elements);
    direct_blocks_window_offsets(&blocks, windows);
    direct_blocks_pixel_offsets(&blocks, image, window->stride * row, window->stride * pixel, outputs);
    for (int64_t at = share.begin, rows; at < share.end; at += rows) {
        struct direct_block block = direct_blocks_at(&blocks, at, share.end);
        int64_t y = phase->y + (int64_t)block.row * window->stride;

        rows = (int64_t)block.images * block.rows;
        direct_tiles_convolve(&convolution, direct_blocks_input(&blocks, block, dy, scratch),
                              rows * phase->window.out_width, dx + block.image * image + y * row);
    }
}

static void begin(const struct kernel_task *task)
{
    struct op_window window = direct_blocks_window(task->op);
    struct direct_panels panels = panels_of(&window, (float *)task->shared);

    pack(task, &panels);
}

static void run(const struct kernel_task *task, const struct moments *moments)
{
    struct op_window window = direct_blocks_window(task->op);
    struct direct_panels panels = panels_of(&window, (float *)task->shared);

    (void)moments;
    for (struct phase phase = { .x = -1 }; next_phase(&window, &phase);)
        if (has_pixels(&phase))
            convolve(task, &panels, &phase);
}

const struct conv2d_way direct_input_gradient = {
    .begin = begin, .run = run, .workspace = workspace, .shared = shared
};
