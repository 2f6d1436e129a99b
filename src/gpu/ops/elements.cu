/* Element by element: dropout and sums. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

/* Four words from word `first` of RANDOM_DROPOUT on: those of one block, or of two. */
static __device__ struct random_words words_from(const struct gpu_step *step, uint32_t salt, uint64_t first)
{
    uint32_t number = (uint32_t)step->number;
    int over = (int)(first % QUAD);
    struct random_words words = random_block(step->seed, RANDOM_DROPOUT, salt, number, first / QUAD), next;

    if (over == 0)
        return words;
    next = random_block(step->seed, RANDOM_DROPOUT, salt, number, first / QUAD + 1);
    for (; over > 0; over--) {
        for (int k = 0; k + 1 < QUAD; k++)
            words.word[k] = words.word[k + 1];
        words.word[QUAD - 1] = next.word[0];
        for (int k = 0; k + 1 < QUAD; k++)
            next.word[k] = next.word[k + 1];
    }
    return words;
}

/* What is dropped becomes 0 even if it was not a number. */
static __global__ void drop(const float *x, float *y, int64_t count, const struct gpu_step *step, uint32_t salt,
                            int per_image, float rate, float scale)
{
    uint64_t before = (uint64_t)step->first * (uint64_t)per_image; /* elements of the batch */

    GPU_EACH(i, quads_of(count)) {
        struct random_words words = words_from(step, salt, before + (uint64_t)i * QUAD);
        quad q = quad_load(x, i, count);

        for (int k = 0; k < QUAD; k++)
            q.at[k] = random_uniform(words.word[k]) >= rate ? q.at[k] * scale : 0.0f;
        quad_store(y, i, count, q);
    }
}

static __global__ void add(const float *a, const float *b, float *y, int64_t count)
{
    GPU_EACH(i, quads_of(count)) {
        quad p = quad_load(a, i, count), q = quad_load(b, i, count);

        for (int k = 0; k < QUAD; k++)
            q.at[k] += p.at[k];
        quad_store(y, i, count, q);
    }
}

/* The gradient has the same mask and the same factor. */
static void run_dropout(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    int64_t count = (int64_t)task->rows * elements->per_image;

    gpu_launch(task->gpu, drop, gpu_launch_blocks(task->gpu, quads_of(count), THREADS), THREADS, task->in[0],
               task->out[0], count, task->step, elements->salt, elements->per_image, elements->rate,
               1.0f / (1.0f - elements->rate));
}

static void run_add(const struct gpu_task *task)
{
    int64_t count = (int64_t)task->rows * task->op->elements.per_image;

    gpu_launch(task->gpu, add, gpu_launch_blocks(task->gpu, quads_of(count), THREADS), THREADS, task->in[0],
               task->in[1], task->out[0], count);
}

const struct gpu_kernel gpu_dropout = { run_dropout };
const struct gpu_kernel gpu_dropout_gradient = { run_dropout };
const struct gpu_kernel gpu_add = { run_add };
