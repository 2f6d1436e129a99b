#include "base/random.h"

/* A number in [0, bound): the high half of a 64 × 64 bit product (Lemire 2019), without his rejection loop, so that
 * every draw uses the same number of words. The bias is below bound / 2^64. */
static uint32_t below(uint32_t bound, uint32_t high, uint32_t low)
{
    uint64_t wide = (uint64_t)high << 32 | low;

    return (uint32_t)((unsigned __int128)wide * bound >> 64);
}

/* The shuffle of Fisher and Yates; the swap of position i uses words 2i and 2i + 1 of the sequence. */
void random_permutation(uint32_t *order, size_t count, uint64_t seed, enum random_stream stream, uint32_t step)
{
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; i-- > 1;) {
        struct random_words r = random_block(seed, stream, 0, step, i / 2);
        size_t half = i % 2 * 2;
        uint32_t other = below((uint32_t)i + 1, r.word[half], r.word[half + 1]);
        uint32_t kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
}
