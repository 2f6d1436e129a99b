/* Random numbers by counter: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * A number is a pure function of (seed, stream, salt, step, index), so that it is the same on any backend, with any
 * number of threads and in any resumed run. A block is four 32-bit words; word `index` of a sequence is word index % 4
 * of block index / 4. This header is plain C, which CUDA C++ can include. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#ifndef RANDOM_FUNCTION
#define RANDOM_FUNCTION static inline
#endif

/* What the numbers are for. */
enum random_stream {
    RANDOM_WEIGHTS = 1,
    RANDOM_SHUFFLE,
    RANDOM_DROPOUT,
    RANDOM_AUGMENT,
    RANDOM_SPLIT,
    RANDOM_BALANCE,
    RANDOM_MIX,
    RANDOM_CROP
};

struct random_words {
    uint32_t word[4];
};

/* Philox's rounds, what each multiplies words 0 and 2 by, and what it adds to the halves of the key. */
#define RANDOM_ROUNDS      10
#define RANDOM_MULTIPLIER0 0xD2511F53u
#define RANDOM_MULTIPLIER2 0xCD9E8D57u
#define RANDOM_KEY_STEP0   0x9E3779B9u
#define RANDOM_KEY_STEP1   0xBB67AE85u

/* The block of a counter. */
RANDOM_FUNCTION struct random_words random_philox(const uint32_t counter[4], const uint32_t key[2])
{
    struct random_words r = { { counter[0], counter[1], counter[2], counter[3] } };
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        uint64_t product0 = (uint64_t)RANDOM_MULTIPLIER0 * r.word[0];
        uint64_t product2 = (uint64_t)RANDOM_MULTIPLIER2 * r.word[2];

        r.word[0] = (uint32_t)(product2 >> 32) ^ r.word[1] ^ k0;
        r.word[1] = (uint32_t)product2;
        r.word[2] = (uint32_t)(product0 >> 32) ^ r.word[3] ^ k1;
        r.word[3] = (uint32_t)product0;
        k0 += RANDOM_KEY_STEP0;
        k1 += RANDOM_KEY_STEP1;
    }
    return r;
}

/* Block `block` of the sequence (seed, stream, salt, step). The salt, below 2^24, is that of a layer or parameter. */
RANDOM_FUNCTION struct random_words random_block(uint64_t seed, enum random_stream stream, uint32_t salt, uint32_t step,
                                                 uint64_t block)
{
    const uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    const uint32_t counter[4] = { (uint32_t)block, (uint32_t)(block >> 32), step,
                                  (uint32_t)stream << 24 | (salt & 0xFFFFFFu) };

    return random_philox(counter, key);
}

/* A word as a number in [0, 1), a multiple of 2^-24: exact in a float, so the same on every backend. */
RANDOM_FUNCTION float random_uniform(uint32_t word)
{
    return (float)(word >> 8) * 0x1p-24f;
}

/* A number in 0..1 of the distribution Beta(alpha, alpha), alpha > 0, that depends on the arguments alone. */
double random_beta(double alpha, uint64_t seed, enum random_stream stream, uint32_t step);

/* Sets order [count] to a permutation of 0..count-1 that depends on count, seed, stream and step alone. */
void random_permutation(uint32_t *order, size_t count, uint64_t seed, enum random_stream stream, uint32_t step);

#endif
