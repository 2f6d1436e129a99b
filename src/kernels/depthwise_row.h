/* A row of a depthwise convolution's output. */
#ifndef KERNELS_DEPTHWISE_ROW_H
#define KERNELS_DEPTHWISE_ROW_H

#include <stdint.h>

#include "nn/plan/ops.h"

/* Sizes of kernel and stride for which neighbouring windows are computed together; X(kernel, stride). */
#define DEPTHWISE_FAST(X) X(3, 1) X(3, 2) X(5, 1) X(5, 2)

/* The windows in a row whose columns are all within the image: first..end-1. */
struct depthwise_inner {
    int first, end;
};
struct depthwise_inner depthwise_inner_of(const struct op_window *w);

/* y [OW][C] = the windows of row `out_y` over `image` [H][W][C], times `weights` [KH][KW][C], plus `bias` [C] or
 * NULL. */
void depthwise_row(const struct op_window *w, const float *image, const float *weights, const float *bias, int out_y,
                   float *y);

/* Taps of one output pixel, in equal steps, counted in floats: the sum of x × w over them. */
struct depthwise_taps {
    const float *x, *w;
    int rows, columns;
    int64_t x_row, x_column, w_row, w_column;
};

/* y [C] = the sum of the taps, for each channel, plus `bias` or NULL. */
void depthwise_pixel(const struct depthwise_taps *taps, const float *bias, int64_t channels, float *y);

#endif
