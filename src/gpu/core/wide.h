/* Neighbours in memory, read or written at once: four floats in one access of 16 bytes, four bytes in one of 4. */
#ifndef GPU_WIDE_H
#define GPU_WIDE_H

#include <stdint.h>

#include <cuda_runtime.h>

template <typename T, int W> struct alignas(W * sizeof(T)) wide {
    T at[W];
};

template <int W, typename T> static __device__ __forceinline__ wide<T, W> wide_load(const T *from)
{
    return *reinterpret_cast<const wide<T, W> *>(from);
}

template <int W, typename T> static __device__ __forceinline__ void wide_store(T *to, const wide<T, W> &from)
{
    *reinterpret_cast<wide<T, W> *>(to) = from;
}

/* An array as quads: quad i is elements 4i to 4i + 3. The array is aligned to 16 bytes, as every value of a plan is.
 * What the last quad lacks is read as zeros and not written. Loops over a quad end at the constant QUAD, so that its
 * floats can be kept in registers. */
enum { QUAD = 4 };

typedef wide<float, QUAD> quad;

static inline __host__ __device__ int64_t quads_of(int64_t count)
{
    return (count + QUAD - 1) / QUAD;
}

static __device__ __forceinline__ quad quad_load(const float *x, int64_t i, int64_t count)
{
    quad q = {};

    if (i * QUAD + QUAD <= count)
        return wide_load<QUAD>(x + i * QUAD);
    for (int k = 0; k < QUAD; k++)
        if (i * QUAD + k < count)
            q.at[k] = x[i * QUAD + k];
    return q;
}

static __device__ __forceinline__ void quad_store(float *x, int64_t i, int64_t count, const quad &q)
{
    if (i * QUAD + QUAD <= count) {
        wide_store(x + i * QUAD, q);
        return;
    }
    for (int k = 0; k < QUAD; k++)
        if (i * QUAD + k < count)
            x[i * QUAD + k] = q.at[k];
}

#endif
