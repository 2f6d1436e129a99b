/* Number by number: dropout and sums. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/gpu_random.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

/* A block of four words is a quad's. What is dropped is 0 whatever it was. */
static __global__ void drop(const float *x, float *y, int64_t count, const struct gpu_step *step, uint32_t salt,
                            float rate, float scale)
{
    uint64_t seed = step->seed;
    uint32_t number = (uint32_t)step->number;

    GPU_EACH(i, quads_of(count)) {
        struct random_words words = random_block(seed, RANDOM_DROPOUT, salt, number, (uint64_t)i);
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

void gpu_dropout(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    int64_t count = (int64_t)task->rows * elements->per_image;

    gpu_launch(task->gpu, drop, gpu_blocks(task->gpu, quads_of(count), THREADS), THREADS, task->in[0], task->out[0],
               count, task->step, elements->salt, elements->rate, 1.0f / (1.0f - elements->rate));
}

void gpu_add(const struct gpu_task *task)
{
    int64_t count = (int64_t)task->rows * task->op->elements.per_image;

    gpu_launch(task->gpu, add, gpu_blocks(task->gpu, quads_of(count), THREADS), THREADS, task->in[0], task->in[1],
               task->out[0], count);
}
