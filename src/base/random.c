#include "base/random.h"

#include <math.h>

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

/* In (0, 1), so that its logarithm is finite. */
static double inside(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}

/* The logarithm of a number of the distribution Gamma(alpha): Marsaglia and Tsang, "A simple method for generating
 * gamma variables", ACM TOMS 26, 2000. Below 1 it is one of alpha + 1 times u^(1/alpha), which can be too small for a
 * double. Attempt k uses block k of the sequence. */
static double log_gamma_variate(double alpha, uint64_t seed, enum random_stream stream, uint32_t salt, uint32_t step)
{
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3, c = 1 / sqrt(9 * d);

    for (uint64_t attempt = 0;; attempt++) {
        struct random_words r = random_block(seed, stream, salt, step, attempt);
        double normal = sqrt(-2 * log(inside(r.word[0]))) * cos(2 * 3.14159265358979323846 * inside(r.word[1]));
        double v = 1 + c * normal;

        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(inside(r.word[2])) < 0.5 * normal * normal + d - d * v + d * log(v))
            return log(d * v) + (alpha < 1 ? log(inside(r.word[3])) / alpha : 0);
    }
}

/* x / (x + y) of two gamma variates. */
double random_beta(double alpha, uint64_t seed, enum random_stream stream, uint32_t step)
{
    double x = log_gamma_variate(alpha, seed, stream, 0, step), y = log_gamma_variate(alpha, seed, stream, 1, step);

    return 1 / (1 + exp(y - x));
}
