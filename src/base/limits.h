/* The smaller and the larger of two numbers, and a number kept within bounds (low ≤ high), for each type that needs
 * them. Plain C, which CUDA C++ can include. For doubles there are fmin() and fmax(). */
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

static inline int int_clamp(int number, int low, int high)
{
    return int_max(low, int_min(number, high));
}

static inline uint32_t uint32_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
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

static inline size_t size_clamp(size_t number, size_t low, size_t high)
{
    return size_max(low, size_min(number, high));
}

#endif
