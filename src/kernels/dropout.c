/* Dropout and its gradient: the mask is not kept but made again, from the counter-based generator of base/random.h. */
#include "base/random.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

/* Blocks of four words that are made together. */
enum { BLOCKS = 16, WORDS = 4 };

struct blocks {
    uint32_t word[WORDS][BLOCKS];
};

/* random_philox() for the counters first, first + 1, …: words[block × WORDS + i] is word i of block first + block. */
VECTOR_INLINE void random_blocks(const uint32_t counter[4], const uint32_t key[2], uint64_t first, uint32_t *words)
{
    struct blocks r;
    uint32_t k0 = key[0], k1 = key[1];

    for (int block = 0; block < BLOCKS; block++) {
        r.word[0][block] = (uint32_t)(first + (uint64_t)block);
        r.word[1][block] = (uint32_t)((first + (uint64_t)block) >> 32);
        r.word[2][block] = counter[2];
        r.word[3][block] = counter[3];
    }
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
        for (int block = 0; block < BLOCKS; block++) {
            uint64_t low = (uint64_t)0xD2511F53u * r.word[0][block], high = (uint64_t)0xCD9E8D57u * r.word[2][block];

            r.word[0][block] = (uint32_t)(high >> 32) ^ r.word[1][block] ^ k0;
            r.word[1][block] = (uint32_t)high;
            r.word[2][block] = (uint32_t)(low >> 32) ^ r.word[3][block] ^ k1;
            r.word[3][block] = (uint32_t)low;
        }
    for (int block = 0; block < BLOCKS; block++)
        for (int i = 0; i < WORDS; i++)
            words[block * WORDS + i] = r.word[i][block];
}

void kernel_dropout(const struct kernel_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    const struct step *step = task->step;
    const uint32_t key[2] = { (uint32_t)step->seed, (uint32_t)(step->seed >> 32) };
    const uint32_t counter[4] = { 0, 0, (uint32_t)step->number,
                                  (uint32_t)RANDOM_DROPOUT << 24 | (elements->salt & 0xFFFFFFu) };
    const float *x = task->in[0];
    float *y = task->out[0], scale = 1.0f / (1.0f - elements->rate), rate = elements->rate;
    struct share share =
        share_of((int64_t)step->rows * elements->per_image, BLOCKS * WORDS, task->thread, task->threads);

    for (int64_t first = share.begin; first < share.end; first += BLOCKS * WORDS) {
        int64_t count = share.end - first < BLOCKS * WORDS ? share.end - first : BLOCKS * WORDS;
        uint32_t words[BLOCKS * WORDS];

        random_blocks(counter, key, (uint64_t)first / WORDS, words);
        INDEPENDENT
        for (int64_t i = 0; i < count; i++)
            y[first + i] = random_uniform(words[i]) >= rate ? x[first + i] * scale : 0.0f;
    }
}
