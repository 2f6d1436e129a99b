/* Activations of one number, on the device. What an activation is, is known when a kernel is compiled: kernels are
 * templates of it, and ACTIVATIONS (nn/plan/activation.h) makes their tables. */
#ifndef GPU_ACTIVATE_H
#define GPU_ACTIVATE_H

#include <cuda_runtime.h>

#include "nn/plan/activation.h"

static __device__ __forceinline__ float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

/* Phi(x), the normal distribution. */
static __device__ __forceinline__ float normal_below(float x)
{
    return 0.5f * erfcf(x * -0.707106781f);
}

static __device__ __forceinline__ float normal_density(float x)
{
    return 0.398942280f * expf(-0.5f * x * x);
}

/* Comparisons are such that a NaN stays one. */
template <enum activation A> static __device__ __forceinline__ float activated(float x, float slope)
{
    switch (A) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        return x < 0.0f ? 0.0f : x;
    case ACTIVATION_LEAKY_RELU:
        return x < 0.0f ? x * slope : x;
    case ACTIVATION_SIGMOID:
        return sigmoid(x);
    case ACTIVATION_TANH:
        return tanhf(x);
    case ACTIVATION_GELU:
        return x * normal_below(x);
    }
    return x;
}

/* dx from dy and `from`, which is the output y, but for GELU the input x. */
template <enum activation A>
static __device__ __forceinline__ float activated_gradient(float from, float dy, float slope)
{
    switch (A) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        return from > 0.0f ? dy : 0.0f;
    case ACTIVATION_LEAKY_RELU:
        return from > 0.0f ? dy : dy * slope;
    case ACTIVATION_SIGMOID:
        return dy * from * (1.0f - from);
    case ACTIVATION_TANH:
        return dy * (1.0f - from * from);
    case ACTIVATION_GELU:
        return dy * (normal_below(from) + from * normal_density(from));
    }
    return dy;
}

#endif
