/* The 2×2 max pool behind a convolution (`pooled` in nn/plan/ops.h), a few rows at a time, while they are in the cache:
 * forward from the convolution's sums to pooled rows, backward from pooled rows to rows of the convolution's own dy.
 *
 * Both take all channels or a part of them: pointers are to the first channel of the part, which is `channels` wide. */
#ifndef KERNELS_CONV_POOL_H
#define KERNELS_CONV_POOL_H

#include <stdint.h>

#include "nn/plan/ops.h"

/* Where the value of a row, a pixel and a channel of a convolution's map stands: at + row × row_step + pixel ×
 * pixel_step + channel. Rows are W' pixels. */
struct conv_map {
    float *at;
    int64_t row_step, pixel_step;
};

/* The bare sums of `rows` rows, an even number from an even row of one image on, become rows / 2 rows [W'/2][K] of y and
 * of winner: pooled, with bias and activation (linear or ReLU). b and winner may be NULL. */
void pool_rows(const struct op_window *window, struct conv_map sums, int64_t rows, int64_t channels, const float *b,
               float *y, uint8_t *winner);

/* Rows begin..end-1 of dy as it is for the convolution itself, from the whole pooled dy [N][H'/2][W'/2][K] and its
 * winners: row r is row r % H' of image r / H', and becomes row r - begin of `to`, with zeros where nothing won. */
void unpool_rows(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin, int64_t end,
                 int64_t channels, struct conv_map to);

/* Where rows begin..end-1 [W'][K] of dy are for the convolution itself: in dy, or unpooled into `room`. */
const float *unpooled_rows(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin,
                           int64_t end, float *room);

#endif
