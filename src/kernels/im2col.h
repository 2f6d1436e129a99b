/* A convolution as a matrix product: a row of the matrix holds what one output pixel sees, kernel_height ×
 * kernel_width × channels floats in the order of the weights, zeros where the window hangs over the edge.
 * Work is counted in output rows: row r is row r % H' of image r / H'. */
#ifndef KERNELS_IM2COL_H
#define KERNELS_IM2COL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/ops.h"

/* Floats in a row of the matrix. */
int64_t im2col_columns(const struct op_window *window);

/* Output rows whose part of the matrix fits the second-level cache beside the packed weights; at least 1, and even
 * before a pool. */
int64_t im2col_block(const struct op_window *window);

/* Bytes of a block's part of the matrix, and of its outputs: whole cache lines. */
size_t im2col_bytes(const struct op_window *window);
size_t im2col_output_bytes(const struct op_window *window);

/* Whether the images are the matrix already: 1×1, stride 1, no padding. */
bool im2col_plain(const struct op_window *window);

/* columns [(end - begin) × W'][im2col_columns] of x [N][H][W][C]. */
void im2col(const struct op_window *window, const float *x, int64_t begin, int64_t end, float *columns);

/* The transpose: adds columns to the images dx that they came from. An image is zeroed when its first row comes,
 * so rows must come in order, and whole images. */
void col2im(const struct op_window *window, const float *columns, int64_t begin, int64_t end, float *dx);

#endif
