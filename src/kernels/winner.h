/* Winners (nn/plan/ops.h) in vectors: a byte for each channel in memory, a lane for each channel here. Compilers would
 * unpack the bytes one by one. So each lane keeps its byte in the position that it has in the word of four bytes it was
 * loaded from, and a number that lanes are compared with or set to has to be in the same position: winner_lanes().
 * The machine must be little-endian. */
#ifndef KERNELS_WINNER_H
#define KERNELS_WINNER_H

#include "kernels/vector.h"

typedef int32_t winners __attribute__((vector_size(LANES * sizeof(int32_t))));

enum { WINNER_LANES_MAX = 16, WINNERS_A_WORD = 4 };

VECTOR_INLINE winners winner_table(const void *first)
{
    winners v;

    memcpy(&v, first, sizeof v);
    return v;
}

/* The same number in every lane, in the position of the lane's byte. */
VECTOR_INLINE winners winner_lanes(int number)
{
    typedef uint32_t lanes __attribute__((vector_size(sizeof(winners))));
    static const uint32_t positions[WINNER_LANES_MAX] = { 1, 1 << 8, 1 << 16, 1 << 24, 1, 1 << 8, 1 << 16, 1 << 24,
                                                          1, 1 << 8, 1 << 16, 1 << 24, 1, 1 << 8, 1 << 16, 1 << 24 };

    return (winners)((lanes)winner_table(positions) * (uint32_t)number);
}

/* LANES winners, from any address. */
VECTOR_INLINE winners winner_load(const uint8_t *from)
{
    static const int32_t words[WINNER_LANES_MAX] = { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3 };
    winners v = { 0 };

#pragma GCC unroll 4
    for (int i = 0; i < LANES / WINNERS_A_WORD; i++) {
        int32_t word;

        memcpy(&word, from + i * WINNERS_A_WORD, sizeof word);
        v[i] = word;
    }
    return __builtin_shuffle(v, winner_table(words)) & winner_lanes(UINT8_MAX);
}

/* Every lane is combined with its neighbour, then every pair with the next pair: then each of the four has the word. */
VECTOR_INLINE void winner_store(uint8_t *to, winners v)
{
    static const int32_t neighbours[WINNER_LANES_MAX] = { 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14 };
    static const int32_t pairs[WINNER_LANES_MAX] = { 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13 };
    static const int32_t words[WINNER_LANES_MAX] = { 0, 4 % LANES, 8 % LANES, 12 % LANES };

    v |= __builtin_shuffle(v, winner_table(neighbours));
    v |= __builtin_shuffle(v, winner_table(pairs));
    v = __builtin_shuffle(v, winner_table(words));
    memcpy(to, &v, LANES);
}

/* Lane by lane: a where the mask is all ones, b where it is 0. */
VECTOR_INLINE winners winner_choose(winners mask, winners a, winners b)
{
    return (a & mask) | (b & ~mask);
}

#endif
