/* How kernels are launched: by the runtime's own function, so that the tests can compile the same source for the host.
 *
 *     static __global__ void scale(float *x, float factor, int64_t count)
 *     {
 *         GPU_EACH(i, count)
 *             x[i] *= factor;
 *     }
 *     gpu_launch(task->gpu, scale, gpu_blocks(task->gpu, count, THREADS), THREADS, x, factor, count);
 */
#ifndef GPU_GPU_LAUNCH_H
#define GPU_GPU_LAUNCH_H

#include <cuda_runtime.h>

#include "gpu/core/gpu.h"

/* A loop over 0..count-1 that all threads of the grid share, whatever its size. */
#define GPU_EACH(i, count) \
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x, every = (int64_t)gridDim.x * blockDim.x; i < (count); i += every)

/* Blocks for `count` elements, one a thread, but no more than keep the device busy: the rest is GPU_EACH's loop. */
static inline unsigned gpu_blocks(const struct gpu *gpu, int64_t count, int threads)
{
    const int64_t waves = 32, most = (int64_t)gpu->multiprocessors * waves, wanted = (count + threads - 1) / threads;

    return (unsigned)(wanted < 1 ? 1 : wanted < most ? wanted : most);
}

/* Queues a kernel. Nothing happens after a failure. */
template <typename... Parameters, typename... Arguments>
static inline void gpu_launch(struct gpu *gpu, void (*kernel)(Parameters...), dim3 grid, dim3 block,
                              Arguments... arguments)
{
    cudaLaunchConfig_t config = {};

    if (gpu->error.kind != ERROR_NONE)
        return;
    config.gridDim = grid;
    config.blockDim = block;
    config.stream = gpu->stream;
    gpu_good(gpu, cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), "starting a kernel");
}

#endif
