/* Activation functions and their gradients, on arrays of floats. */
#ifndef KERNELS_ACTIVATE_H
#define KERNELS_ACTIVATE_H

#include <stdint.h>

#include "nn/plan/activation.h"

/* y = f(x); y may be x. */
void activate(enum activation activation, float slope, const float *x, float *y, int64_t count);

/* dx = f'(.) dy, from the output y, or from the input where the activation needs that (activation.h); dx may be dy. */
void activate_gradient(enum activation activation, float slope, const float *y, const float *dy, float *dx,
                       int64_t count);

/* y [rows][columns] = f(y + b), b [columns] or NULL; rows are `stride` floats apart. The end of a convolution or a
 * dense layer, while y is in the cache. */
void activate_rows(enum activation activation, float slope, const float *b, float *y, int64_t rows, int64_t columns,
                   int64_t stride);

#endif
