#include "kernels/im2col.h"

#include <string.h>

#include "kernels/vector.h"

/* 256 KB: half of the 512 KB that a core has at least on the processors of the last years; the product packs its own
 * copy. */
enum { BLOCK_FLOATS = 64 * 1024 };

int64_t im2col_columns(const struct op_window *window)
{
    return (int64_t)window->kernel_height * window->kernel_width * window->channels;
}

int64_t im2col_block(const struct op_window *window)
{
    int64_t rows = BLOCK_FLOATS / (im2col_columns(window) * window->out_width);

    if (window->pooled)
        return rows > 1 ? rows / 2 * 2 : 2;
    return rows > 0 ? rows : 1;
}

static size_t whole_lines(int64_t floats)
{
    return ((size_t)floats * sizeof(float) + 63) / 64 * 64;
}

size_t im2col_bytes(const struct op_window *window)
{
    return im2col_plain(window) ? 0 : whole_lines(im2col_block(window) * window->out_width * im2col_columns(window));
}

size_t im2col_output_bytes(const struct op_window *window)
{
    return whole_lines(im2col_block(window) * window->out_width * window->out_channels);
}

bool im2col_plain(const struct op_window *window)
{
    return window->kernel_height == 1 && window->kernel_width == 1 && window->stride == 1 &&
           window->out_height == window->height && window->out_width == window->width;
}

/* The part begin..end-1 of the window's columns at output x that lies within the image. */
struct inside {
    int begin, end;
};

static inline struct inside inside_of(const struct op_window *window, int out_x)
{
    int left = out_x * window->stride - window->pad_left, right = window->width - left;

    return (struct inside){ left < 0 ? -left : 0, right < window->kernel_width ? right : window->kernel_width };
}

/* A short copy in whole vectors, of which the last overlaps the one before it. */
VECTOR_INLINE void copy_floats(float *to, const float *from, int64_t count)
{
    enum { EIGHT = 8 * sizeof(float), FOUR = 4 * sizeof(float) };

    if (count >= 8) {
        for (int64_t i = 0; i < count - 8; i += 8)
            memcpy(to + i, from + i, EIGHT);
        memcpy(to + count - 8, from + count - 8, EIGHT);
    } else if (count >= 4) {
        memcpy(to, from, FOUR);
        memcpy(to + count - 4, from + count - 4, FOUR);
    } else
        for (int64_t i = 0; i < count; i++)
            to[i] = from[i];
}

/* One kernel row of one output row: a copy of adjacent pixels for every output pixel. */
VECTOR_INLINE void gather_row(const struct op_window *window, const float *x, int64_t stride, float *to)
{
    int64_t channels = window->channels, width = window->kernel_width * channels;

    for (int out_x = 0; out_x < window->out_width; out_x++, to += stride) {
        struct inside inside = inside_of(window, out_x);
        int64_t begin = inside.begin * channels, end = inside.end * channels;
        const float *from = x + (int64_t)(out_x * window->stride - window->pad_left) * channels;

        for (int64_t i = 0; i < begin; i++)
            to[i] = 0.0f;
        copy_floats(to + begin, from + begin, end - begin);
        for (int64_t i = end < begin ? begin : end; i < width; i++)
            to[i] = 0.0f;
    }
}

static void zero_row(const struct op_window *window, int64_t stride, float *to)
{
    int64_t width = (int64_t)window->kernel_width * window->channels;

    for (int out_x = 0; out_x < window->out_width; out_x++, to += stride)
        memset(to, 0, (size_t)width * sizeof *to);
}

void im2col(const struct op_window *window, const float *x, int64_t begin, int64_t end, float *columns)
{
    int64_t stride = im2col_columns(window), width = (int64_t)window->kernel_width * window->channels;
    int64_t row_floats = (int64_t)window->width * window->channels;

    for (int64_t row = begin; row < end; row++, columns += window->out_width * stride) {
        int64_t image = row / window->out_height;
        int top = (int)(row % window->out_height) * window->stride - window->pad_top;

        for (int ky = 0; ky < window->kernel_height; ky++) {
            int y = top + ky;

            if (y < 0 || y >= window->height)
                zero_row(window, stride, columns + ky * width);
            else
                gather_row(window, x + (image * window->height + y) * row_floats, stride, columns + ky * width);
        }
    }
}

VECTOR_INLINE void scatter_row(const struct op_window *window, const float *from, int64_t stride, float *dx)
{
    int64_t channels = window->channels;

    for (int out_x = 0; out_x < window->out_width; out_x++, from += stride) {
        struct inside inside = inside_of(window, out_x);
        float *to = dx + (int64_t)(out_x * window->stride - window->pad_left) * channels;

        INDEPENDENT
        for (int64_t i = inside.begin * channels; i < inside.end * channels; i++)
            to[i] += from[i];
    }
}

void col2im(const struct op_window *window, const float *columns, int64_t begin, int64_t end, float *dx)
{
    int64_t stride = im2col_columns(window), width = (int64_t)window->kernel_width * window->channels;
    int64_t row_floats = (int64_t)window->width * window->channels;

    for (int64_t row = begin; row < end; row++, columns += window->out_width * stride) {
        int out_y = (int)(row % window->out_height), top = out_y * window->stride - window->pad_top;
        float *image = dx + row / window->out_height * window->height * row_floats;

        if (out_y == 0)
            memset(image, 0, (size_t)(window->height * row_floats) * sizeof *image);
        for (int ky = 0; ky < window->kernel_height; ky++) {
            int y = top + ky;

            if (y >= 0 && y < window->height)
                scatter_row(window, columns + ky * width, stride, image + y * row_floats);
        }
    }
}
