/* Activations on arrays of floats, and their gradients. */
#ifndef KERNELS_ACTIVATE_H
#define KERNELS_ACTIVATE_H

#include <stdint.h>

#include "nn/plan/activation.h"

/* y = f(x); y may be x. */
void activate(enum activation activation, float slope, const float *x, float *y, int64_t count);

/* dx = f'(.) dy, told from the output y (or the input, see activation.h); dx may be dy. */
void activate_gradient(enum activation activation, float slope, const float *y, const float *dy, float *dx,
                       int64_t count);

/* y [rows][columns] = f(y + b), b [columns] or NULL: the end of a convolution or a dense layer, while y is in the
 * cache. */
void activate_rows(enum activation activation, float slope, const float *b, float *y, int64_t rows, int64_t columns,
                   int64_t stride);

#endif
