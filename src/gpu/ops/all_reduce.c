/* Sums over ranks; alone there is nothing to do. */
#include "gpu/core/gpu.h"
#include "gpu/nccl/nccl_sums.h"

static void all_reduce(const struct gpu_task *task)
{
    if (task->gpu->sums)
        nccl_sums_begin(task->gpu, task->in[0], (size_t)task->op->update.count);
}

static void await(const struct gpu_task *task)
{
    if (task->gpu->sums)
        nccl_sums_await(task->gpu);
}

const struct gpu_kernel gpu_all_reduce = { all_reduce };
const struct gpu_kernel gpu_await = { await };
