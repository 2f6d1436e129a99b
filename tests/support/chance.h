/* Random numbers for tests: the same for the same seed, on every machine. */
#ifndef SUPPORT_CHANCE_H
#define SUPPORT_CHANCE_H

#include <stdbool.h>

#include "base/random.h"

struct chance {
    uint64_t seed, drawn; /* words drawn so far */
};

static inline uint32_t chance_word(struct chance *r)
{
    struct random_words words = random_block(r->seed, RANDOM_SPLIT, 7, 0, r->drawn / 4);

    return words.word[r->drawn++ % 4];
}

/* A number in low..high, both included. */
static inline int chance_int(struct chance *r, int low, int high)
{
    return low + (int)(chance_word(r) % (uint32_t)(high - low + 1));
}

static inline bool chance_toss(struct chance *r)
{
    return chance_word(r) >> 31;
}

static inline float chance_between(struct chance *r, float low, float high)
{
    return low + (high - low) * random_uniform(chance_word(r));
}

#endif
