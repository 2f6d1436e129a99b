/* Numbers of 16 bits with fp32's range: its upper half. Two of them lie in a word, the first in the low half. */
#ifndef KERNELS_BF16_H
#define KERNELS_BF16_H

#include "kernels/vector.h"

typedef uint32_t words __attribute__((vector_size(LANES * sizeof(uint32_t)), aligned(sizeof(uint32_t)), may_alias));

/* In the low halves, rounded to the nearest, to even between two; not a number stays so. */
VECTOR_INLINE words bf16_of(vector x)
{
    words bits = (words)x, none = (words)(x != x);
    words rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;

    return (rounded & ~none) | ((bits >> 16 | 0x40) & none);
}

#endif
