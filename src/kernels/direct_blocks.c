#include "kernels/direct_blocks.h"

#include <string.h>

#include "base/limits.h"
#include "kernels/conv_pool.h"

/* Input rows, or columns, that so many windows in a row see. */
static int64_t reach(const struct op_window *window, int windows, int kernel)
{
    return kernel > 0 ? (int64_t)(windows - 1) * window->stride + kernel : 0;
}

static int64_t rows_seen(const struct direct_blocks *b, int rows)
{
    return reach(&b->window, rows, b->window.kernel_height);
}

static bool over_an_edge(const struct op_window *window)
{
    return window->pad_top > 0 || window->pad_left > 0 ||
           reach(window, window->out_height, window->kernel_height) - window->pad_top > window->height ||
           reach(window, window->out_width, window->kernel_width) - window->pad_left > window->width;
}

/* Output rows of a block within an image: a multiple of `grain`, such that blocks are about equal. */
static int even_rows(int height, int grain, int64_t limit)
{
    int64_t grains = int64_ceil_div(height, grain), most = int64_max(limit / grain, 1);
    int64_t blocks = int64_ceil_div(grains, most);

    return (int)int64_min(int64_ceil_div(grains, blocks) * grain, height);
}

struct op_window direct_blocks_window(const struct op *op)
{
    struct op_window window = op->window;

    if (window.pooled) {
        window.out_height -= window.out_height % 2;
        window.out_width -= window.out_width % 2;
    }
    return window;
}

struct direct_blocks direct_blocks_of(const struct op_window *window, int grain, int pixels, int seen)
{
    struct direct_blocks b = { .window = *window, .copied = over_an_edge(window) || window->pooled };
    int64_t wide = reach(window, window->out_width, window->kernel_width) * window->channels;
    int64_t seen_by_image = rows_seen(&b, window->out_height) * wide;
    int64_t limit = int64_max(pixels / int64_max(window->out_width, 1), grain);

    if (wide > 0)
        limit = int64_min(limit, int64_max((seen / wide - window->kernel_height) / window->stride + 1, grain));
    b.rows = even_rows(int_max(window->out_height, 1), grain, limit);
    if (b.rows >= window->out_height) {
        int64_t images = pixels / int64_max((int64_t)window->out_height * window->out_width, 1);

        b.images = (int)int64_max(int64_min(images, seen / int64_max(seen_by_image, 1)), 1);
    }
    b.row_step = b.copied ? wide : (int64_t)window->width * window->channels;
    b.image_step = b.copied ? rows_seen(&b, b.rows) * b.row_step : window->height * b.row_step;
    return b;
}

int64_t direct_blocks_rows(const struct direct_blocks *b)
{
    return int_max(b->images, 1) * b->rows;
}

int64_t direct_blocks_pixels(const struct direct_blocks *b)
{
    return direct_blocks_rows(b) * b->window.out_width;
}

int64_t direct_blocks_scratch(const struct direct_blocks *b)
{
    int64_t aside = b->window.pooled ? (int64_t)b->window.width * b->window.channels : 0;

    return b->copied ? int_max(b->images, 1) * b->image_step + aside : 0;
}

struct direct_block direct_blocks_at(const struct direct_blocks *b, int64_t at, int64_t end)
{
    int height = b->window.out_height, row = (int)(at % height);
    struct direct_block block = { .image = at / height, .images = 1, .row = row };

    if (row == 0 && b->images > 0 && end - at >= height) {
        block.images = (int)int64_min(b->images, (end - at) / height);
        block.rows = height;
    } else
        block.rows = (int)int64_min(int64_min(b->rows, height - row), end - at);
    return block;
}

static void zero(float *to, int64_t count)
{
    if (count > 0)
        memset(to, 0, (size_t)count * sizeof *to);
}

/* Copies a row of an image with the zeros around it; all zeros if `row` is NULL. */
static void copy_row(const struct direct_blocks *b, const float *row, float *to)
{
    int64_t channels = b->window.channels, pad = b->window.pad_left * channels; /* the row itself begins at to + pad */
    int64_t begin = int64_min(int64_max(pad, 0), b->row_step);
    int64_t end = row ? int64_max(int64_min(pad + b->window.width * channels, b->row_step), begin) : begin;

    zero(to, begin);
    if (end > begin)
        memcpy(to + begin, row + begin - pad, (size_t)(end - begin) * sizeof *to);
    zero(to + end, b->row_step - end);
}

/* Row y of an image, unpooled into `aside` if need be; NULL outside the image. */
static const float *input_row(const struct direct_blocks *b, struct direct_input input, int64_t image, int64_t y,
                              float *aside)
{
    const struct op_window *window = &b->window;
    struct op_window pooled = { .out_height = window->height,
                                .out_width = window->width,
                                .out_channels = window->channels };

    if (y < 0 || y >= window->height)
        return NULL;
    y += image * window->height;
    if (!window->pooled)
        return input.x + y * window->width * window->channels;
    conv_pool_unpool(&pooled, input.x, input.winner, y, y + 1, window->channels,
                     (struct conv_map){ .at = aside, .pixel_step = window->channels });
    return aside;
}

const float *direct_blocks_input(const struct direct_blocks *b, struct direct_block block, struct direct_input input,
                                 float *scratch)
{
    const struct op_window *window = &b->window;
    int64_t top = (int64_t)block.row * window->stride - window->pad_top, rows = rows_seen(b, block.rows);
    float *aside = scratch + int_max(b->images, 1) * b->image_step;

    if (!b->copied)
        return input.x + block.image * b->image_step + top * b->row_step - (int64_t)window->pad_left * window->channels;
    for (int image = 0; image < block.images; image++)
        for (int64_t row = 0; row < rows; row++)
            copy_row(b, input_row(b, input, block.image + image, top + row, aside),
                     scratch + image * b->image_step + row * b->row_step);
    return scratch;
}

void direct_blocks_pixel_offsets(const struct direct_blocks *b, int64_t image, int64_t row, int64_t pixel,
                                 int32_t *pixels)
{
    int images = int_max(b->images, 1);

    for (int i = 0; i < images; i++)
        for (int y = 0; y < b->rows; y++)
            for (int x = 0; x < b->window.out_width; x++)
                *pixels++ = (int32_t)(i * image + y * row + x * pixel);
}

void direct_blocks_window_offsets(const struct direct_blocks *b, int32_t *windows)
{
    int64_t stride = b->window.stride;

    direct_blocks_pixel_offsets(b, b->image_step, stride * b->row_step, stride * b->window.channels, windows);
}

void direct_blocks_element_offsets(const struct direct_blocks *b, int32_t *elements)
{
    int64_t adjacent = (int64_t)b->window.kernel_width * b->window.channels;

    for (int ky = 0; ky < b->window.kernel_height; ky++)
        for (int64_t i = 0; i < adjacent; i++)
            *elements++ = (int32_t)(ky * b->row_step + i);
}
