/* Sums over warps and blocks, in an order that depends on the number of threads alone; every thread gets the sum. */
#ifndef GPU_REDUCE_H
#define GPU_REDUCE_H

#include <cuda_runtime.h>

enum { WARP = 32 };

static const unsigned WHOLE_WARP = 0xFFFFFFFFu;

/* Threads in pairs, both of which add the same two numbers. */
template <typename T> static __device__ __forceinline__ T warp_sum(T x)
{
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        x += __shfl_xor_sync(WHOLE_WARP, x, distance);
    return x;
}

/* Over a block of THREADS threads in one row, a multiple of WARP. Not static: in PTX what a static function shares has
 * the source's whole path in its name, as a checksum, and a build in another folder would be other bytes. */
template <int THREADS, typename T> __device__ __forceinline__ T block_sum(T x)
{
    __shared__ T sums[THREADS / WARP];
    T sum = 0;

    x = warp_sum(x);
    if (threadIdx.x % WARP == 0)
        sums[threadIdx.x / WARP] = x;
    __syncthreads();
    for (int warp = 0; warp < THREADS / WARP; warp++)
        sum += sums[warp];
    __syncthreads(); /* the next sum writes to the same memory */
    return sum;
}

#endif
