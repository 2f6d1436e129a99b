/* The 2×2 max pool after a convolution (`pooled` in nn/plan/ops.h), a few rows at a time, while they are in the cache:
 * forward from the convolution's sums to pooled rows, backward from a pooled dy to the dy of the convolution itself.
 *
 * Both work on all channels or on some: then pointers are to the first of these, and `channels` is their number. */
#ifndef KERNELS_CONV_POOL_H
#define KERNELS_CONV_POOL_H

#include <stdint.h>

#include "nn/plan/ops.h"

/* The output of a convolution in memory, W' pixels in a row: the value of a row, a pixel and a channel is at
 * at + row × row_step + pixel × pixel_step + channel. */
struct conv_map {
    float *at;
    int64_t row_step, pixel_step;
};

/* Pools sums without bias: `rows` rows of one image, an even number from an even row on, become rows / 2 rows [W'/2][K]
 * of y and winner, with bias and activation (linear or ReLU). b and winner may be NULL. */
void conv_pool_rows(const struct op_window *window, struct conv_map sums, int64_t rows, int64_t channels,
                    const float *b, float *y, uint8_t *winner);

/* Writes rows begin..end-1 of the convolution's own dy, from the whole pooled dy [N][H'/2][W'/2][K] and its winners:
 * row r is row r % H' of image r / H', and becomes row r - begin of `to`. Where a pixel did not win, dy is 0. */
void conv_pool_unpool(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin,
                      int64_t end, int64_t channels, struct conv_map to);

/* Returns rows begin..end-1 [W'][K] of the convolution's own dy: in dy, or unpooled into `scratch`. */
const float *conv_pool_dy(const struct op_window *window, const float *dy, const uint8_t *winner, int64_t begin,
                          int64_t end, float *scratch);

#endif
