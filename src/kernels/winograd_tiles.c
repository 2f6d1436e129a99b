#include "kernels/winograd_tiles.h"

#include <stdbool.h>

#include "kernels/vector.h"

enum { IN = WINOGRAD_IN, OUT = WINOGRAD_OUT };

/* One side of each transform, on vectors; x and y are different arrays. */

/* Bᵀ: for each evaluation point the coefficients of the product of (x - p) over all other points p; for infinity, over
 * all points. */
VECTOR_INLINE void data_side(const vector *x, vector *y)
{
    vector near_even = x[4] - 2.25f * x[2], near_odd = 0.5f * x[3] - 1.125f * x[1];
    vector far_even = x[4] - 0.25f * x[2], far_odd = 1.5f * x[3] - 0.375f * x[1];

    y[0] = 0.5625f * x[0] - 2.5f * x[2] + x[4];
    y[1] = near_even + near_odd;
    y[2] = near_even - near_odd;
    y[3] = far_even + far_odd;
    y[4] = far_even - far_odd;
    y[5] = 0.5625f * x[1] - 2.5f * x[3] + x[5];
}

/* Aᵀ: the powers of the evaluation points. */
VECTOR_INLINE void output_side(const vector *x, vector *y)
{
    vector near_even = x[1] + x[2], near_odd = x[1] - x[2];
    vector far_even = x[3] + x[4], far_odd = x[3] - x[4];

    y[0] = x[0] + near_even + far_even;
    y[1] = 0.5f * near_odd + 1.5f * far_odd;
    y[2] = 0.25f * near_even + 2.25f * far_even;
    y[3] = 0.125f * near_odd + 3.375f * far_odd + x[5];
}

/* A. */
VECTOR_INLINE void output_gradient_side(const vector *x, vector *y)
{
    vector near_even = x[0] + 0.25f * x[2], near_odd = 0.5f * x[1] + 0.125f * x[3];
    vector far_even = x[0] + 2.25f * x[2], far_odd = 1.5f * x[1] + 3.375f * x[3];

    y[0] = x[0];
    y[1] = near_even + near_odd;
    y[2] = near_even - near_odd;
    y[3] = far_even + far_odd;
    y[4] = far_even - far_odd;
    y[5] = x[3];
}

/* The addresses of the size × size pixels of a tile. */
VECTOR_INLINE void find_pixels(const struct winograd_images *images, const float *x, int64_t tile_row, int tile_column,
                               const int size, const float **pixels)
{
    int64_t row_floats = (int64_t)images->width * images->channels;
    const float *image = x + (tile_row / images->tile_rows * images->height - images->first_row) * row_floats;
    int top = (int)(tile_row % images->tile_rows) * OUT - images->pad_top;
    int left = tile_column * OUT - images->pad_left;

    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            int row = top + i, column = left + j;
            bool inside = row >= 0 && row < images->height && column >= 0 && column < images->width;

            pixels[i * size + j] =
                inside ? image + row * row_floats + (int64_t)column * images->channels : images->outside;
        }
}

/* A vector of `lanes` floats, filled up with zeros. */
VECTOR_INLINE vector load(const float *from, const int64_t lanes)
{
    vector v = { 0 };

    if (lanes >= LANES)
        return *(const vector *)from;
    for (int64_t i = 0; i < lanes; i++)
        v[i] = from[i];
    return v;
}

VECTOR_INLINE void store(float *to, vector v, const int64_t lanes)
{
    if (lanes >= LANES)
        *(vector *)to = v;
    else
        for (int64_t i = 0; i < lanes; i++)
            to[i] = v[i];
}

typedef uint16_t halves __attribute__((vector_size(LANES * sizeof(uint16_t)), aligned(sizeof(uint16_t)), may_alias));

/* The address of a tile's channel in plane 0. */
VECTOR_INLINE float *address(struct winograd_planes planes, int64_t tile, int64_t channel,
                             const enum winograd_format format)
{
    int64_t row = format == WINOGRAD_TILE_PAIRS ? tile / 2 : tile;

    return planes.at + row * planes.stride + (format == WINOGRAD_CHANNEL_PAIRS ? channel / 2 : channel);
}

/* The first tile of a pair clears the half of the second. */
VECTOR_INLINE void put(float *to, vector v, int64_t tile, const enum winograd_format format)
{
    if (format == WINOGRAD_FLOATS)
        *(vector *)to = v;
    else if (format == WINOGRAD_CHANNEL_PAIRS)
        *(halves *)to = __builtin_convertvector(vector_to_bf16(v), halves);
    else if (tile % 2 == 0)
        *(vector_words *)to = vector_to_bf16(v);
    else
        *(vector_words *)to |= vector_to_bf16(v) << 16;
}

VECTOR_INLINE void data_vector(const float *const *pixels, struct winograd_planes v, int64_t tile, int64_t channel,
                               const int64_t lanes, const enum winograd_format format)
{
    float *to = address(v, tile, channel, format);
    vector half[IN * IN], whole[IN];

#pragma GCC unroll 6
    for (int j = 0; j < IN; j++) {
        vector seen[IN];

#pragma GCC unroll 6
        for (int i = 0; i < IN; i++)
            seen[i] = load(pixels[i * IN + j] + channel, lanes);
        data_side(seen, whole);
#pragma GCC unroll 6
        for (int i = 0; i < IN; i++)
            half[i * IN + j] = whole[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < IN; i++) {
        data_side(half + i * IN, whole);
#pragma GCC unroll 6
        for (int j = 0; j < IN; j++)
            put(to + (i * IN + j) * v.plane, whole[j], tile, format);
    }
}

VECTOR_INLINE void data_tiles(const struct winograd_images *images, const float *x, int64_t begin, int64_t end,
                              struct winograd_planes v, const enum winograd_format format)
{
    int64_t channels = images->channels, whole = channels / LANES * LANES, tile = 0;

    for (int64_t row = begin; row < end; row++)
        for (int column = 0; column < images->tile_columns; column++, tile++) {
            const float *pixels[IN * IN];

            find_pixels(images, x, row, column, IN, pixels);
            for (int64_t channel = 0; channel < whole; channel += LANES)
                data_vector(pixels, v, tile, channel, LANES, format);
            if (whole < channels)
                data_vector(pixels, v, tile, whole, channels - whole, format);
        }
}

void winograd_tiles_data(const struct winograd_images *images, const float *x, int64_t begin, int64_t end,
                         struct winograd_planes v)
{
    switch (v.format) {
    case WINOGRAD_FLOATS:
        data_tiles(images, x, begin, end, v, WINOGRAD_FLOATS);
        break;
    case WINOGRAD_CHANNEL_PAIRS:
        data_tiles(images, x, begin, end, v, WINOGRAD_CHANNEL_PAIRS);
        break;
    case WINOGRAD_TILE_PAIRS:
        data_tiles(images, x, begin, end, v, WINOGRAD_TILE_PAIRS);
        break;
    }
}

VECTOR_INLINE void output_vector(const float *from, int64_t plane, const float *const *pixels, int64_t channel,
                                 const int64_t lanes)
{
    vector half[OUT * IN], whole[OUT];

#pragma GCC unroll 6
    for (int j = 0; j < IN; j++) {
        vector sums[IN];

#pragma GCC unroll 6
        for (int i = 0; i < IN; i++)
            sums[i] = *(const vector *)(from + (i * IN + j) * plane);
        output_side(sums, whole);
#pragma GCC unroll 4
        for (int i = 0; i < OUT; i++)
            half[i * IN + j] = whole[i];
    }
#pragma GCC unroll 4
    for (int i = 0; i < OUT; i++) {
        output_side(half + i * IN, whole);
#pragma GCC unroll 4
        for (int j = 0; j < OUT; j++)
            store((float *)pixels[i * OUT + j] + channel, whole[j], lanes);
    }
}

void winograd_tiles_output(const struct winograd_images *images, struct winograd_planes m, int64_t begin, int64_t end,
                           float *y)
{
    int64_t channels = images->channels, whole = channels / LANES * LANES;
    const float *from = m.at;

    for (int64_t row = begin; row < end; row++)
        for (int column = 0; column < images->tile_columns; column++, from += m.stride) {
            const float *pixels[OUT * OUT];

            find_pixels(images, y, row, column, OUT, pixels);
            for (int64_t channel = 0; channel < whole; channel += LANES)
                output_vector(from + channel, m.plane, pixels, channel, LANES);
            if (whole < channels)
                output_vector(from + whole, m.plane, pixels, whole, channels - whole);
        }
}

VECTOR_INLINE void output_gradient_vector(const float *const *pixels, struct winograd_planes d, int64_t tile,
                                          int64_t channel, const int64_t lanes, const enum winograd_format format)
{
    float *to = address(d, tile, channel, format);
    vector half[IN * OUT], whole[IN];

#pragma GCC unroll 4
    for (int j = 0; j < OUT; j++) {
        vector wanted[OUT];

#pragma GCC unroll 4
        for (int i = 0; i < OUT; i++)
            wanted[i] = load(pixels[i * OUT + j] + channel, lanes);
        output_gradient_side(wanted, whole);
#pragma GCC unroll 6
        for (int i = 0; i < IN; i++)
            half[i * OUT + j] = whole[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < IN; i++) {
        output_gradient_side(half + i * OUT, whole);
#pragma GCC unroll 6
        for (int j = 0; j < IN; j++)
            put(to + (i * IN + j) * d.plane, whole[j], tile, format);
    }
}

VECTOR_INLINE void output_gradient_tiles(const struct winograd_images *images, const float *dy, int64_t begin,
                                         int64_t end, struct winograd_planes d, const enum winograd_format format)
{
    int64_t channels = images->channels, whole = channels / LANES * LANES, tile = 0;

    for (int64_t row = begin; row < end; row++)
        for (int column = 0; column < images->tile_columns; column++, tile++) {
            const float *pixels[OUT * OUT];

            find_pixels(images, dy, row, column, OUT, pixels);
            for (int64_t channel = 0; channel < whole; channel += LANES)
                output_gradient_vector(pixels, d, tile, channel, LANES, format);
            if (whole < channels)
                output_gradient_vector(pixels, d, tile, whole, channels - whole, format);
        }
}

void winograd_tiles_output_gradient(const struct winograd_images *images, const float *dy, int64_t begin, int64_t end,
                                    struct winograd_planes d)
{
    if (d.format == WINOGRAD_FLOATS)
        output_gradient_tiles(images, dy, begin, end, d, WINOGRAD_FLOATS);
    else
        output_gradient_tiles(images, dy, begin, end, d, WINOGRAD_TILE_PAIRS);
}
