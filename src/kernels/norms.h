/* Sums of squares in doubles, a line of floats at a time. */
#ifndef KERNELS_NORMS_H
#define KERNELS_NORMS_H

#include "kernels/kernels.h"

static inline double norms_sum(const double sums[LINE_FLOATS])
{
    double sum = 0.0;

    for (int lane = 0; lane < LINE_FLOATS; lane++)
        sum += sums[lane];
    return sum;
}

static inline double norms_square(const float *x, int64_t count)
{
    double sums[LINE_FLOATS] = { 0 }, rest = 0.0;
    int64_t i = 0;

    for (; i + LINE_FLOATS <= count; i += LINE_FLOATS)
        for (int lane = 0; lane < LINE_FLOATS; lane++)
            sums[lane] += (double)x[i + lane] * x[i + lane];
    for (; i < count; i++)
        rest += (double)x[i] * x[i];
    return rest + norms_sum(sums);
}

/* Of x - from, which is exact in doubles: an update may be far smaller than the weight. */
static inline double norms_square_of_difference(const float *x, const float *from, int64_t count)
{
    double sums[LINE_FLOATS] = { 0 }, rest = 0.0;
    int64_t i = 0;

    for (; i + LINE_FLOATS <= count; i += LINE_FLOATS)
        for (int lane = 0; lane < LINE_FLOATS; lane++) {
            double d = (double)x[i + lane] - (double)from[i + lane];

            sums[lane] += d * d;
        }
    for (; i < count; i++) {
        double d = (double)x[i] - (double)from[i];

        rest += d * d;
    }
    return rest + norms_sum(sums);
}

#endif
