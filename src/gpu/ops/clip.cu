/* Gradients scaled down to a norm: partial sums of their squares, which every block that scales adds up for itself. */
#include <math.h>

#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"
#include "gpu/core/wide.h"

enum { THREADS = 256, PARTS_MAX = 512, QUADS_A_THREAD = 4 };

/* Depends on the size alone, so that sums are the same on every device. */
static int parts_of(const struct op_update *update)
{
    int64_t wanted = int64_ceil_div(quads_of(update->count), THREADS * QUADS_A_THREAD);

    return (int)int64_max(1, int64_min(wanted, PARTS_MAX));
}

static size_t workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)gpu;
    (void)batch;
    return (size_t)parts_of(&op->update) * sizeof(double);
}

static __global__ void sum_squares(const float *x, int64_t count, double *sums)
{
    double sum = 0.0;

    GPU_EACH(i, quads_of(count)) {
        quad q = quad_load(x, i, count);

        for (int k = 0; k < QUAD; k++)
            sum += (double)q.at[k] * q.at[k];
    }
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0)
        sums[blockIdx.x] = sum;
}

static __global__ void scale_to_norm(float *x, int64_t count, const double *sums, int parts, float most)
{
    double sum = 0.0;

    for (int part = (int)threadIdx.x; part < parts; part += THREADS)
        sum += sums[part];

    double norm = sqrt(block_sum<THREADS>(sum));
    float factor = (float)(most / norm);

    if (!(norm > most))
        return;
    GPU_EACH(i, quads_of(count)) {
        quad q = quad_load(x, i, count);

        for (int k = 0; k < QUAD; k++)
            q.at[k] *= factor;
        quad_store(x, i, count, q);
    }
}

static void run(const struct gpu_task *task)
{
    const struct op_update *update = &task->op->update;
    double *sums = static_cast<double *>(task->gpu->workspace);
    int parts = parts_of(update);

    gpu_launch(task->gpu, sum_squares, (unsigned)parts, THREADS, task->in[0], update->count, sums);
    gpu_launch(task->gpu, scale_to_norm, gpu_launch_blocks(task->gpu, quads_of(update->count), THREADS), THREADS,
               task->in[0], update->count, sums, parts, update->clip);
}

const struct gpu_kernel gpu_clip_gradient = { run, workspace };
