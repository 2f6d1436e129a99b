/* What looks at a step: norms of gradients, weights and updates, and ReLUs that are silent. */
#include <math.h>

#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"
#include "gpu/core/wide.h"
#include "gpu/ops/column_gather.h"

enum { THREADS = 256, PARTS_MAX = 512, QUADS_A_THREAD = 4 };

/* Depends on the size alone, so that sums are the same on every device. */
static int parts_of(const struct op_update *part)
{
    int64_t wanted = int64_ceil_div(quads_of(part->count), THREADS * QUADS_A_THREAD);

    return (int)int64_max(1, int64_min(wanted, PARTS_MAX));
}

static size_t norm_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)gpu;
    (void)batch;
    return (size_t)parts_of(&op->update) * sizeof(double);
}

/* Sums of squares of x, or of x - from, by parts; x is copied on the way where that is wanted. */
static __global__ void sum_parts(const float *x, const float *from, int64_t count, float *kept, double *sums)
{
    double sum = 0.0;

    GPU_EACH(i, quads_of(count)) {
        quad q = quad_load(x, i, count), before = {};

        if (from)
            before = quad_load(from, i, count);
        for (int k = 0; k < QUAD; k++) {
            double d = (double)q.at[k] - (double)before.at[k];

            sum += d * d;
        }
        if (kept)
            quad_store(kept, i, count, q);
    }
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0)
        sums[blockIdx.x] = sum;
}

static __global__ void root_of_parts(const double *sums, int parts, float *norm)
{
    double sum = 0.0;

    for (int part = (int)threadIdx.x; part < parts; part += THREADS)
        sum += sums[part];
    sum = block_sum<THREADS>(sum);
    if (threadIdx.x == 0)
        *norm = (float)sqrt(sum);
}

static void run_norm(const struct gpu_task *task)
{
    const struct op_update *part = &task->op->update;
    double *sums = static_cast<double *>(task->gpu->workspace);
    int parts = parts_of(part);

    gpu_launch(task->gpu, sum_parts, (unsigned)parts, THREADS, task->in[0], task->in[1], part->count, task->out[1],
               sums);
    gpu_launch(task->gpu, root_of_parts, 1u, THREADS, sums, parts, task->out[0]);
}

/* Which columns have a number that is not 0. */
struct heard_columns {
    struct part {
        unsigned heard;
    };

    const float *x;
    int64_t channels;
    unsigned *heard;

    __device__ void add(part &p, int64_t channel, int64_t row, int64_t end, int64_t step) const
    {
        for (; row < end; row += step)
            p.heard |= x[row * channels + channel] != 0.0f;
    }
    __device__ void merge(part &p, const part &other) const
    {
        p.heard |= other.heard;
    }
    __device__ void finish(const part &p, int64_t channel) const
    {
        heard[channel] = p.heard;
    }
};

static __global__ void count_silent(const unsigned *heard, int channels, float *silent)
{
    int zeros = 0;

    for (int c = (int)threadIdx.x; c < channels; c += THREADS)
        zeros += heard[c] == 0;
    zeros = block_sum<THREADS>(zeros);
    if (threadIdx.x == 0)
        *silent = (float)zeros;
}

/* In the workspace: [C] of what was heard, then room to gather it. */
static size_t front_bytes(const struct op *op)
{
    return gpu_aligned((size_t)op->norm.channels * sizeof(unsigned));
}

static size_t silent_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return front_bytes(op) + column_gather_bytes<heard_columns>(gpu, op->norm.channels);
}

static void run_silent(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    unsigned *heard = static_cast<unsigned *>(task->gpu->workspace);
    char *room = static_cast<char *>(task->gpu->workspace) + front_bytes(task->op);

    column_gather(task->gpu, heard_columns{ static_cast<float *>(task->in[0]), norm->channels, heard },
                  (int64_t)task->rows * norm->pixels, norm->channels, room);
    gpu_launch(task->gpu, count_silent, 1u, THREADS, heard, norm->channels, task->out[0]);
}

const struct gpu_kernel gpu_l2_norm = { run_norm, norm_workspace };
const struct gpu_kernel gpu_silent = { run_silent, silent_workspace };
