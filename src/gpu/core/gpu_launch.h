/* How kernels share work among their threads, and how they are launched: by the runtime's own function, so that the
 * tests can compile the same source for the host. */
#ifndef GPU_GPU_LAUNCH_H
#define GPU_GPU_LAUNCH_H

#include <cuda_runtime.h>

#include "base/limits.h"
#include "gpu/core/gpu.h"

/* The same random numbers as everywhere else. */
#define RANDOM_FUNCTION static __device__ __forceinline__
#include "base/random.h"

/* Queues a kernel; does nothing after a failure. */
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

/* Elements: a loop over 0..count-1 that all threads of the grid share, however many they are.
 *
 *     static __global__ void scale(float *x, float factor, int64_t count)
 *     {
 *         GPU_EACH(i, count)
 *             x[i] *= factor;
 *     }
 *     gpu_launch(task->gpu, scale, gpu_launch_blocks(task->gpu, count, THREADS), THREADS, x, factor, count); */
#define GPU_EACH(i, count) \
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x, step_##i = (int64_t)gridDim.x * blockDim.x; \
         i < (count); i += step_##i)

/* Blocks for one thread an element, but no more than keep the device busy. */
static inline unsigned gpu_launch_blocks(const struct gpu *gpu, int64_t count, int threads)
{
    const int64_t waves = 32, most = (int64_t)gpu->multiprocessors * waves, wanted = int64_ceil_div(count, threads);

    return (unsigned)int64_max(1, int64_min(wanted, most));
}

/* The row in the whole batch of the step's row n; behind the last of a whole batch is its first. */
static __device__ __forceinline__ int64_t gpu_step_row(const struct gpu_step *step, int n)
{
    const int64_t row = (int64_t)step->first + n;

    return row == step->whole ? 0 : row;
}

/* Images, some blocks each: blockIdx.x is the image, so that positions within it are plain ints. */
static inline dim3 gpu_launch_image_grid(const struct gpu *gpu, int images, int64_t threads_per_image, int threads)
{
    const int64_t most = 65535; /* CUDA's limit in y */
    int64_t parts = gpu_launch_blocks(gpu, images * threads_per_image, threads) / (unsigned)images;

    return dim3((unsigned)images, (unsigned)int64_max(1, int64_min(parts, most)));
}

/* A loop over 0..count-1 that all threads of an image share.
 *
 *     IMAGE_EACH(e, floats)
 *         y[(int64_t)blockIdx.x * floats + e] = …;
 *     gpu_launch(gpu, kernel, gpu_launch_image_grid(gpu, rows, floats, THREADS), THREADS, …); */
#define IMAGE_EACH(e, count) \
    for (unsigned e = blockIdx.y * blockDim.x + threadIdx.x, step_##e = gridDim.y * blockDim.x; \
         e < (unsigned)(count); e += step_##e)

/* A loop over an image's pixels 0..pixels-1: a row of threads takes a pixel, and threadIdx.x goes along its numbers, so
 * that neighbours in memory are neighbours among the threads.
 *
 *     PIXEL_EACH(pixel, pixels)
 *         for (int c = threadIdx.x; c < channels; c += blockDim.x)
 *             y[((int64_t)blockIdx.x * pixels + pixel) * channels + c] = …;
 *     block = gpu_launch_pixel_block(channels);
 *     gpu_launch(gpu, kernel, gpu_launch_pixel_grid(gpu, images, pixels, block), block, …); */
#define PIXEL_EACH(pixel, pixels) \
    for (int pixel = (int)(blockIdx.y * blockDim.y + threadIdx.y), step_##pixel = (int)(gridDim.y * blockDim.y); \
         pixel < (pixels); pixel += step_##pixel)

enum { PIXEL_THREADS = 256, PIXEL_LANES = 32 };

/* As many threads along a pixel as it has numbers, in a power of two, but no more than a warp. */
static inline dim3 gpu_launch_pixel_block(int64_t numbers)
{
    unsigned lanes = 1;

    while (lanes < PIXEL_LANES && lanes < numbers)
        lanes *= 2;
    return dim3(lanes, PIXEL_THREADS / lanes);
}

static inline dim3 gpu_launch_pixel_grid(const struct gpu *gpu, int images, int pixels, dim3 block)
{
    return gpu_launch_image_grid(gpu, images, (int64_t)pixels * block.x, PIXEL_THREADS);
}

/* The same for rows of a matrix, whatever image they are of: threadIdx.y counts on from block to block. */
static inline unsigned gpu_launch_row_blocks(const struct gpu *gpu, int64_t rows, dim3 block)
{
    return gpu_launch_blocks(gpu, rows * block.x, PIXEL_THREADS);
}

#define ROW_EACH(row, rows) \
    for (int64_t row = (int64_t)blockIdx.x * blockDim.y + threadIdx.y, step_##row = (int64_t)gridDim.x * blockDim.y; \
         row < (rows); row += step_##row)

#endif
