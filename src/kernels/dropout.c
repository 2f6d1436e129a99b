/* Dropout and its gradient: the mask is not kept but generated again, by the counter-based numbers of base/random.h. */
#include <math.h>

#include "base/random.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

/* Blocks of four words that are generated together: more than a vector's, so that the compiler keeps the loops below as
 * loops, and vectorises them. */
enum { BLOCKS = 64, WORDS = 4 };

/* The low and the high half of factor × x. */
VECTOR_INLINE void multiply(uint32_t factor, const uint32_t *x, uint32_t *low, uint32_t *high)
{
    for (int i = 0; i < BLOCKS; i++)
        high[i] = (uint32_t)((uint64_t)factor * x[i] >> 32);
    for (int i = 0; i < BLOCKS; i++)
        low[i] = factor * x[i];
}

/* random_philox() for the counters first, first + 1, …: words[block × WORDS + i] is word i of block first + block. */
static void random_blocks(const uint32_t counter[4], const uint32_t key[2], uint64_t first, uint32_t *words)
{
    uint32_t x[WORDS][BLOCKS], low0[BLOCKS], high0[BLOCKS], low2[BLOCKS], high2[BLOCKS], k0 = key[0], k1 = key[1];

    for (int i = 0; i < BLOCKS; i++) {
        x[0][i] = (uint32_t)(first + (uint64_t)i);
        x[1][i] = (uint32_t)((first + (uint64_t)i) >> 32);
        x[2][i] = counter[2];
        x[3][i] = counter[3];
    }
    for (int round = 0; round < RANDOM_ROUNDS; round++, k0 += RANDOM_KEY_STEP0, k1 += RANDOM_KEY_STEP1) {
        multiply(RANDOM_MULTIPLIER0, x[0], low0, high0);
        multiply(RANDOM_MULTIPLIER2, x[2], low2, high2);
        for (int i = 0; i < BLOCKS; i++) {
            x[0][i] = high2[i] ^ x[1][i] ^ k0;
            x[1][i] = low2[i];
            x[2][i] = high0[i] ^ x[3][i] ^ k1;
            x[3][i] = low0[i];
        }
    }
    for (int i = 0; i < BLOCKS; i++)
        for (int word = 0; word < WORDS; word++)
            words[i * WORDS + word] = x[word][i];
}

/* The smallest word whose random_uniform() is at least rate, which is below 1: words are then compared as integers. */
static uint32_t least_kept(float rate)
{
    return (uint32_t)ceilf(rate * 0x1p24f) << 8;
}

/* y = x × scale where the word is at least `least`, 0 elsewhere, whatever x is. */
static void drop(const uint32_t *words, uint32_t least, const float *x, float scale, float *y, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++) {
        uint32_t kept = -(uint32_t)(words[i] >= least), bits;
        float scaled = x[i] * scale;

        memcpy(&bits, &scaled, sizeof bits);
        y[i] = vector_float(bits & kept);
    }
}

static void dropout(const struct kernel_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    const struct step *step = task->step;
    const uint32_t key[2] = { (uint32_t)step->seed, (uint32_t)(step->seed >> 32) };
    const uint32_t counter[4] = { 0, 0, (uint32_t)step->number,
                                  (uint32_t)RANDOM_DROPOUT << 24 | (elements->salt & 0xFFFFFFu) };
    const float *x = task->in[0];
    float *y = task->out[0], scale = 1.0f / (1.0f - elements->rate);
    uint32_t words[BLOCKS * WORDS], least = least_kept(elements->rate);
    int64_t before = (int64_t)step->first * elements->per_image; /* elements of the batch */
    struct share share =
        team_share((int64_t)step->rows * elements->per_image, BLOCKS * WORDS, task->thread, task->threads);

    for (int64_t first = share.begin, count; first < share.end; first += count) {
        int64_t at = before + first, skipped = at % WORDS;

        count = int64_min(share.end - first, BLOCKS * WORDS - skipped);
        random_blocks(counter, key, (uint64_t)at / WORDS, words);
        drop(words + skipped, least, x + first, scale, y + first, count);
    }
}

const struct kernel kernel_dropout = { .run = dropout };
const struct kernel kernel_dropout_gradient = { .run = dropout };
