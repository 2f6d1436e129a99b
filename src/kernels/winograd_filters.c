#include "kernels/winograd_filters.h"

#include "base/limits.h"
#include "kernels/product.h"
#include "kernels/winograd_tiles.h"

enum { IN = WINOGRAD_IN, KERNEL = WINOGRAD_KERNEL };

/* One side of each transform, on vectors; x and y are different arrays. */

/* G: the powers of each evaluation point, divided by the product of its differences from the others. */
VECTOR_INLINE void filter_side(const vector *x, vector *y)
{
    vector near_even = -x[0] - 0.25f * x[2], near_odd = -0.5f * x[1];
    vector far_even = (1.0f / 9) * x[0] + 0.25f * x[2], far_odd = (1.0f / 6) * x[1];

    y[0] = (16.0f / 9) * x[0];
    y[1] = near_even + near_odd;
    y[2] = near_even - near_odd;
    y[3] = far_even + far_odd;
    y[4] = far_even - far_odd;
    y[5] = x[2];
}

/* Gᵀ. */
VECTOR_INLINE void filter_gradient_side(const vector *x, vector *y)
{
    vector near_even = x[1] + x[2], near_odd = x[1] - x[2];
    vector far_even = x[3] + x[4], far_odd = x[3] - x[4];

    y[0] = (16.0f / 9) * x[0] - near_even + (1.0f / 9) * far_even;
    y[1] = (1.0f / 6) * far_odd - 0.5f * near_odd;
    y[2] = 0.25f * (far_even - near_even) + x[5];
}

int64_t winograd_filters_rows(const struct winograd_filters *shape)
{
    return shape->bf16 ? int_ceil_div(shape->channels, 2) : shape->channels;
}

int64_t winograd_filters_plane(const struct winograd_filters *shape)
{
    return product_panel_columns(shape->filters) * winograd_filters_rows(shape);
}

int64_t winograd_filters_words(const struct winograd_filters *shape)
{
    return WINOGRAD_PLANES * winograd_filters_plane(shape);
}

/* The offset in a plane. */
static inline int64_t offset_of(const struct winograd_filters *shape, int64_t channel, int64_t filter)
{
    int64_t row = shape->bf16 ? channel / 2 : channel;

    return (filter / TILE_COLUMNS * winograd_filters_rows(shape) + row) * TILE_COLUMNS + filter % TILE_COLUMNS;
}

/* The first channel of a pair clears the half of the second. */
VECTOR_INLINE void put(const struct winograd_filters *shape, float *to, vector v, int64_t channel)
{
    if (!shape->bf16)
        *(vector *)to = v;
    else if (channel % 2 == 0)
        *(vector_words *)to = vector_to_bf16(v);
    else
        *(vector_words *)to |= vector_to_bf16(v) << 16;
}

/* A vector of filters for each of the nine taps of the kernel; zeros past the last filter. */
VECTOR_INLINE void load_kernel(const struct winograd_filters *shape, const float *w, int64_t channel, int64_t filter,
                               vector kernel[KERNEL][KERNEL])
{
    int64_t lanes = shape->filters - filter, area = (int64_t)shape->channels * shape->filters;
    int64_t step = shape->turned ? shape->channels : 1;
    const float *first = w + (shape->turned ? filter * shape->channels + channel : channel * shape->filters + filter);

    lanes = int64_min(lanes, LANES);
    for (int i = 0; i < KERNEL * KERNEL; i++) {
        const float *from = first + (shape->turned ? KERNEL * KERNEL - 1 - i : i) * area;
        vector *to = &kernel[i / KERNEL][i % KERNEL];

        if (step == 1 && lanes == LANES) {
            *to = *(const vector *)from;
            continue;
        }
        *to = (vector){ 0 };
        for (int64_t lane = 0; lane < lanes; lane++)
            (*to)[lane] = from[lane * step];
    }
}

void winograd_filters(const struct winograd_filters *shape, const float *w, int64_t begin, int64_t end, float *u)
{
    int64_t plane = winograd_filters_plane(shape), columns = product_panel_columns(shape->filters);

    for (int64_t channel = begin; channel < end; channel++)
        for (int64_t filter = 0; filter < columns; filter += LANES) {
            float *to = u + offset_of(shape, channel, filter);
            vector kernel[KERNEL][KERNEL], half[KERNEL][IN], whole[IN];

            load_kernel(shape, w, channel, filter, kernel);
            for (int i = 0; i < KERNEL; i++)
                filter_side(kernel[i], half[i]);
            for (int j = 0; j < IN; j++) {
                filter_side((vector[]){ half[0][j], half[1][j], half[2][j] }, whole);
                for (int i = 0; i < IN; i++)
                    put(shape, to + (i * IN + j) * plane, whole[i], channel);
            }
        }
}

/* Leaves alone what is past the last filter. */
static void store_kernel(const struct winograd_filters *shape, vector kernel[KERNEL][KERNEL], int64_t channel,
                         int64_t filter, float *dw)
{
    int64_t lanes = shape->filters - filter, area = (int64_t)shape->channels * shape->filters;

    for (int i = 0; i < KERNEL * KERNEL; i++) {
        float *to = dw + i * area + channel * shape->filters + filter;
        vector from = kernel[i / KERNEL][i % KERNEL];

        if (lanes >= LANES)
            *(vector *)to = from;
        else
            for (int64_t lane = 0; lane < lanes; lane++)
                to[lane] = from[lane];
    }
}

void winograd_filters_gradient(const struct winograd_filters *shape, const float *du, int count, int64_t stride,
                               int64_t begin, int64_t end, float *dw)
{
    int64_t plane = winograd_filters_plane(shape);

    for (int64_t channel = begin; channel < end; channel++)
        for (int64_t filter = 0; filter < shape->filters; filter += LANES) {
            const float *from = du + offset_of(shape, channel, filter);
            vector half[IN][KERNEL], kernel[KERNEL][KERNEL], column[KERNEL];

            for (int i = 0; i < IN; i++) {
                vector sums[IN];

                for (int j = 0; j < IN; j++) {
                    sums[j] = *(const vector *)(from + (i * IN + j) * plane);
                    for (int partial = 1; partial < count; partial++)
                        sums[j] += *(const vector *)(from + (i * IN + j) * plane + partial * stride);
                }
                filter_gradient_side(sums, half[i]);
            }
            for (int j = 0; j < KERNEL; j++) {
                filter_gradient_side(
                    (vector[]){ half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j] }, column);
                for (int i = 0; i < KERNEL; i++)
                    kernel[i][j] = column[i];
            }
            store_kernel(shape, kernel, channel, filter, dw);
        }
}
