#include "tests/cuda_on_host/kernels.h"

#include <cuda_runtime.h>

namespace
{
constexpr unsigned ALL = 0xffffffffU;

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

__global__ void block_sums(const float *x, float *sums)
{
    __shared__ float parts[8];
    float sum = x[blockIdx.x * 256 + threadIdx.x];

    for (int i = 16; i; i >>= 1)
        sum += __shfl_xor_sync(ALL, sum, i);
    if (threadIdx.x % 32 == 0)
        parts[threadIdx.x / 32] = sum;
    __syncthreads();
    if (threadIdx.x == 0) {
        sum = 0.0F;
        for (float part : parts)
            sum += part;
        sums[blockIdx.x] = sum;
    }
}
}

cudaError_t kernel_scale(float *x, float factor, int count, cudaStream_t stream)
{
    return start(scale, dim3((unsigned)(count + 127) / 128), dim3(128), stream, x, factor, count);
}

cudaError_t kernel_block_sums(const float *x, float *sums, int blocks, cudaStream_t stream)
{
    return start(block_sums, dim3((unsigned)blocks), dim3(256), stream, x, sums);
}
