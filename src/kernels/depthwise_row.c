/* Channels are side by side in memory, so that a vector is as many channels of one pixel. Where the kernel is one of
 * DEPTHWISE_FAST, the windows of several neighbouring pixels are summed together: what they share is loaded once, and
 * their sums stay in registers. Pixels at the left and right edge go one by one. */
#include "kernels/depthwise_row.h"

#include "base/limits.h"
#include "kernels/vector.h"
#include "kernels/window_part.h"

enum { PIXEL_VECTORS = 4, TILE_PIXELS = 8, KERNEL_MAX = 5 };

VECTOR_INLINE vector load(const float *from)
{
    return *(const vector *)from;
}

VECTOR_INLINE void pixel_vectors(const struct depthwise_taps *taps, int64_t c, const float *bias, float *y,
                                 const int vectors)
{
    vector sums[PIXEL_VECTORS];

#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        sums[v] = bias ? load(bias + c + v * LANES) : (vector){ 0 };
    for (int row = 0; row < taps->rows; row++)
        for (int column = 0; column < taps->columns; column++) {
            const float *x = taps->x + row * taps->x_row + column * taps->x_column + c;
            const float *w = taps->w + row * taps->w_row + column * taps->w_column + c;

#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sums[v] += load(x + v * LANES) * load(w + v * LANES);
        }
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        *(vector *)(y + c + v * LANES) = sums[v];
}

static float pixel_number(const struct depthwise_taps *taps, int64_t c, const float *bias)
{
    float sum = bias ? bias[c] : 0.0f;

    for (int row = 0; row < taps->rows; row++)
        for (int column = 0; column < taps->columns; column++)
            sum += taps->x[row * taps->x_row + column * taps->x_column + c] *
                   taps->w[row * taps->w_row + column * taps->w_column + c];
    return sum;
}

void depthwise_pixel(const struct depthwise_taps *taps, const float *bias, int64_t channels, float *y)
{
    int64_t c = 0;

    for (; c + PIXEL_VECTORS * LANES <= channels; c += PIXEL_VECTORS * LANES)
        pixel_vectors(taps, c, bias, y, PIXEL_VECTORS);
    for (; c + LANES <= channels; c += LANES)
        pixel_vectors(taps, c, bias, y, 1);
    for (; c < channels; c++)
        y[c] = pixel_number(taps, c, bias);
}

struct row {
    const struct op_window *window;
    const float *image, *weights, *bias;
    int out_y;
    float *y;
};

static void one_pixel(const struct row *r, int out_x)
{
    const struct op_window *w = r->window;
    struct window_part part = window_part_of(w, r->out_y, out_x);
    int64_t channels = w->channels, x_row = w->width * channels, w_row = w->kernel_width * channels;
    struct depthwise_taps taps = {
        .x = r->image + (part.top + part.y) * x_row + (part.left + part.x) * channels,
        .w = r->weights + part.y * w_row + part.x * channels,
        .rows = part.y_end - part.y,
        .columns = part.x_end - part.x,
        .x_row = x_row,
        .x_column = channels,
        .w_row = w_row,
        .w_column = channels,
    };

    depthwise_pixel(&taps, r->bias, channels, r->y + out_x * channels);
}

/* One vector of channels, from c on, of `pixels` neighbouring pixels. `x` is the first pixel that the first window sees
 * in the row of the image that the kernel's row `part.y` is over. */
VECTOR_INLINE void tile_vector(const struct row *r, struct window_part part, const float *x, float *y, int64_t c,
                               const int pixels, const int kernel, const int stride)
{
    int64_t channels = r->window->channels, x_row = r->window->width * channels;
    vector sums[TILE_PIXELS];

#pragma GCC unroll 8
    for (int p = 0; p < pixels; p++)
        sums[p] = r->bias ? load(r->bias + c) : (vector){ 0 };
    for (int ky = part.y; ky < part.y_end; ky++, x += x_row) {
        const float *w = r->weights + ky * kernel * channels + c;
        vector taps[KERNEL_MAX];

#pragma GCC unroll 5
        for (int kx = 0; kx < kernel; kx++)
            taps[kx] = load(w + kx * channels);
#pragma GCC unroll 20
        for (int i = 0; i < (pixels - 1) * stride + kernel; i++) {
            vector seen = load(x + i * channels + c);

#pragma GCC unroll 8
            for (int p = 0; p < pixels; p++)
                if (i >= p * stride && i < p * stride + kernel)
                    sums[p] += seen * taps[i - p * stride];
        }
    }
#pragma GCC unroll 8
    for (int p = 0; p < pixels; p++)
        *(vector *)(y + p * channels + c) = sums[p];
}

/* All channels, at least LANES; the last vector may begin among those of the one before. */
VECTOR_INLINE void tile(const struct row *r, int out_x, const int pixels, const int kernel, const int stride)
{
    const struct op_window *w = r->window;
    struct window_part part = window_part_of(w, r->out_y, out_x);
    int64_t channels = w->channels, c = 0;
    const float *x = r->image + ((int64_t)(part.top + part.y) * w->width + part.left) * channels;
    float *y = r->y + out_x * channels;

    for (; c + LANES <= channels; c += LANES)
        tile_vector(r, part, x, y, c, pixels, kernel, stride);
    if (c < channels)
        tile_vector(r, part, x, y, channels - LANES, pixels, kernel, stride);
}

#define TILES(kernel, stride)                                                                                          \
    static void tiles_##kernel##_##stride(const struct row *r, int out_x, int end)                                     \
    {                                                                                                                  \
        for (; end - out_x >= 8; out_x += 8)                                                                           \
            tile(r, out_x, 8, kernel, stride);                                                                         \
        for (; end - out_x >= 4; out_x += 4)                                                                           \
            tile(r, out_x, 4, kernel, stride);                                                                         \
        for (; end - out_x >= 2; out_x += 2)                                                                           \
            tile(r, out_x, 2, kernel, stride);                                                                         \
        for (; out_x < end; out_x++)                                                                                   \
            tile(r, out_x, 1, kernel, stride);                                                                         \
    }
DEPTHWISE_FAST(TILES)

static void pixels(const struct row *r, int out_x, int end)
{
    for (; out_x < end; out_x++)
        one_pixel(r, out_x);
}

static void (*way_of(const struct op_window *w))(const struct row *r, int out_x, int end)
{
    bool square = w->kernel_height == w->kernel_width && w->channels >= LANES;

#define WAY(kernel, step)                                                                                              \
    if (square && w->kernel_width == kernel && w->stride == step)                                                      \
        return tiles_##kernel##_##step;
    DEPTHWISE_FAST(WAY)
    return pixels;
}

struct depthwise_inner depthwise_inner_of(const struct op_window *w)
{
    int past = w->width - w->kernel_width + w->pad_left, first = int_ceil_div(int_max(w->pad_left, 0), w->stride);
    int end = past < 0 ? 0 : int_min(past / w->stride + 1, w->out_width);

    return (struct depthwise_inner){ int_min(first, w->out_width), int_max(end, int_min(first, w->out_width)) };
}

void depthwise_row(const struct op_window *w, const float *image, const float *weights, const float *bias, int out_y,
                   float *y)
{
    const struct row r = { w, image, weights, bias, out_y, y };
    struct depthwise_inner inner = depthwise_inner_of(w);

    pixels(&r, 0, inner.first);
    way_of(w)(&r, inner.first, inner.end);
    pixels(&r, inner.end, w->out_width);
}
