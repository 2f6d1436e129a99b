/* Small arithmetic on whole numbers that many files need: the smaller and the larger of two, a number kept within
 * bounds, division that rounds up. For the types that are needed; for doubles there are fmin() and fmax(). Plain C,
 * which CUDA C++ can include. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

static inline int int_min(int a, int b)
{
    return a < b ? a : b;
}

static inline int int_max(int a, int b)
{
    return a > b ? a : b;
}

static inline uint32_t uint32_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline uint32_t uint32_max(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static inline int64_t int64_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t int64_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The number, or the bound that it is beyond; low <= high. */
static inline int int_clamp(int number, int low, int high)
{
    return int_max(low, int_min(number, high));
}

static inline size_t size_clamp(size_t number, size_t low, size_t high)
{
    return size_max(low, size_min(number, high));
}

/* number / divisor, rounded up; number >= 0, divisor > 0. */
static inline int int_ceil_div(int number, int divisor)
{
    return (number + divisor - 1) / divisor;
}

static inline int64_t int64_ceil_div(int64_t number, int64_t divisor)
{
    return (number + divisor - 1) / divisor;
}

/* The smallest multiple of `step` that is not below the number; number >= 0, step > 0. */
static inline int64_t int64_round_up(int64_t number, int64_t step)
{
    return (number + step - 1) / step * step;
}

static inline size_t size_round_up(size_t number, size_t step)
{
    return (number + step - 1) / step * step;
}

#endif
