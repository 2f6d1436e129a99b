/* Kernels of the tests of the host's CUDA itself. */
#ifndef CUDA_ON_HOST_KERNELS_H
#define CUDA_ON_HOST_KERNELS_H

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* x[i] = factor * x[i] + 1 */
cudaError_t kernel_scale(float *x, float factor, int count, cudaStream_t stream);
/* sums[b] = the sum of a block's 256 elements of x, by shared memory and shuffles */
cudaError_t kernel_block_sums(const float *x, float *sums, int blocks, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
