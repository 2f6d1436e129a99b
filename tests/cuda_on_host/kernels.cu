#include "tests/cuda_on_host/kernels.h"

#include <cuda_runtime.h>

namespace
{
constexpr unsigned ALL = 0xffffffffU, WARPS = BLOCK_THREADS / 32;

template <typename... Parameters, typename... Arguments>
cudaError_t start(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream, Arguments... arguments)
{
    cudaLaunchConfig_t config = {};

    config.gridDim = grid;
    config.blockDim = block;
    config.stream = stream;
    return cudaLaunchKernelEx(&config, kernel, arguments...);
}

__global__ void scale(float *x, float factor, int count)
{
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);

    if (i < count)
        x[i] = factor * x[i] + 1.0F;
}

template <bool with_barrier> __global__ void block_sums(const float *x, float *sums)
{
    __shared__ float parts[WARPS];
    float sum = x[blockIdx.x * BLOCK_THREADS + threadIdx.x];

    for (int i = 16; i; i >>= 1)
        sum += __shfl_xor_sync(ALL, sum, i);
    if (threadIdx.x % 32 == 0)
        parts[threadIdx.x / 32] = sum;
    if (with_barrier)
        __syncthreads();
    if (threadIdx.x == 0) {
        sum = 0.0F;
        for (float part : parts)
            sum += part;
        sums[blockIdx.x] = sum;
    }
}

__global__ void count_threads(int *seen)
{
    unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);

    atomicAdd(&seen[block * (blockDim.x * blockDim.y * blockDim.z) + thread], 1);
}

__global__ void turns(int *turn, int *next)
{
    turn[blockIdx.x * blockDim.x + threadIdx.x] = atomicAdd(next, 1);
}

__global__ void shuffles(int *out)
{
    int lane = (int)threadIdx.x, value = 100 + lane;

    out[lane] = __shfl_sync(ALL, value, 5);
    out[32 + lane] = __shfl_up_sync(ALL, value, 3, 8);
    out[64 + lane] = __shfl_down_sync(ALL, value, 3, 8);
    out[96 + lane] = __shfl_xor_sync(ALL, value, 16);
    out[128 + lane] = __shfl_sync(lane < 16 ? 0xffffU : 0xffff0000U, value, 2, 16);
    out[160 + lane] = (int)__ballot_sync(ALL, lane < 10);
}

__global__ void nothing()
{
}

__global__ void half_a_barrier()
{
    if (threadIdx.x < blockDim.x / 2)
        __syncthreads();
}

__global__ void two_barriers()
{
    if (threadIdx.x < blockDim.x / 2)
        __syncthreads();
    else
        __syncthreads();
}

__global__ void shuffle_against_barrier()
{
    if (threadIdx.x % 32 == 7)
        __syncthreads();
    else
        __shfl_sync(ALL, 1, 0);
}

__global__ void shuffle_from_nobody()
{
    if (threadIdx.x % 32 < 8)
        __shfl_sync(0xffU, 1, 9);
}

__global__ void past_the_end(char *x, int count)
{
    x[count] = 1;
}
}

cudaError_t kernel_scale(float *x, float factor, int count, cudaStream_t stream)
{
    return start(scale, dim3((unsigned)(count + 127) / 128), dim3(128), stream, x, factor, count);
}

cudaError_t kernel_block_sums(const float *x, float *sums, int blocks, cudaStream_t stream)
{
    return start(block_sums<true>, dim3((unsigned)blocks), dim3(BLOCK_THREADS), stream, x, sums);
}

cudaError_t kernel_block_sums_without_barrier(const float *x, float *sums, int blocks, cudaStream_t stream)
{
    return start(block_sums<false>, dim3((unsigned)blocks), dim3(BLOCK_THREADS), stream, x, sums);
}

cudaError_t kernel_count_threads(int *seen, cudaStream_t stream)
{
    return start(count_threads, dim3(2, 3, 4), dim3(5, 6, 7), stream, seen);
}

cudaError_t kernel_turns(int *turn, int *next, int blocks, cudaStream_t stream)
{
    return start(turns, dim3((unsigned)blocks), dim3(64), stream, turn, next);
}

cudaError_t kernel_shuffles(int *out, cudaStream_t stream)
{
    return start(shuffles, dim3(1), dim3(32), stream, out);
}

cudaError_t kernel_nothing(unsigned grid_x, unsigned grid_y, unsigned block_x, unsigned block_y, cudaStream_t stream)
{
    return start(nothing, dim3(grid_x, grid_y), dim3(block_x, block_y), stream);
}

cudaError_t kernel_half_a_barrier(cudaStream_t stream)
{
    return start(half_a_barrier, dim3(2), dim3(64), stream);
}

cudaError_t kernel_two_barriers(cudaStream_t stream)
{
    return start(two_barriers, dim3(2), dim3(64), stream);
}

cudaError_t kernel_shuffle_against_barrier(cudaStream_t stream)
{
    return start(shuffle_against_barrier, dim3(1), dim3(64), stream);
}

cudaError_t kernel_shuffle_from_nobody(cudaStream_t stream)
{
    return start(shuffle_from_nobody, dim3(1), dim3(64), stream);
}

cudaError_t kernel_past_the_end(char *x, int count, cudaStream_t stream)
{
    return start(past_the_end, dim3(1), dim3(1), stream, x, count);
}
