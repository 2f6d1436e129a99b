/* Kernels for the tests of the host's CUDA itself: correct ones, and ones that do what a kernel must not do. */
#ifndef CUDA_ON_HOST_KERNELS_H
#define CUDA_ON_HOST_KERNELS_H

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { BLOCK_THREADS = 256, SHUFFLES = 6 };

/* x[i] = factor * x[i] + 1, by blocks of 128 threads. */
cudaError_t kernel_scale(float *x, float factor, int count, cudaStream_t stream);
/* sums[b] = the sum of block b's 256 elements of x. Without the barrier a thread may read what none has written yet. */
cudaError_t kernel_block_sums(const float *x, float *sums, int blocks, cudaStream_t stream);
cudaError_t kernel_block_sums_without_barrier(const float *x, float *sums, int blocks, cudaStream_t stream);
/* Every thread of a grid of 2x3x4 blocks of 5x6x7 threads adds 1 to seen[its number], of 24 * 210. */
cudaError_t kernel_count_threads(int *seen, cudaStream_t stream);
/* turn[i] = how many threads took a number before thread i of `blocks` blocks of 64 threads did. */
cudaError_t kernel_turns(int *turn, int *next, int blocks, cudaStream_t stream);
/* One warp; out[s * 32 + lane] = what lane gets of shuffle s: from lane 5, from 3 up in groups of 8, from 3 down in
 * groups of 8, across 16, in halves of 16 the lane 2, the lanes below 10. */
cudaError_t kernel_shuffles(int *out, cudaStream_t stream);
/* Any grid of any blocks, which does nothing. */
cudaError_t kernel_nothing(unsigned grid_x, unsigned grid_y, unsigned block_x, unsigned block_y, cudaStream_t stream);

/* Wrong: a barrier for half of the block; two barriers, one for each half; a shuffle that waits for a lane at a
 * barrier; one that takes from a lane that is not in it; a write past the end. */
cudaError_t kernel_half_a_barrier(cudaStream_t stream);
cudaError_t kernel_two_barriers(cudaStream_t stream);
cudaError_t kernel_shuffle_against_barrier(cudaStream_t stream);
cudaError_t kernel_shuffle_from_nobody(cudaStream_t stream);
cudaError_t kernel_past_the_end(char *x, int count, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
