/* Activations, element by element. Which one it is, is known when a kernel is compiled: kernels are templates of it,
 * and ACTIVATIONS (nn/plan/activation.h) makes their tables. */
#include "gpu/ops/gpu_activation.h"

#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

static __device__ __forceinline__ float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

static __device__ __forceinline__ float silu_slope(float x)
{
    float s = sigmoid(x);

    return s * (1.0f + x * (1.0f - s));
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

/* Comparisons are written so that a NaN stays one. */
template <enum activation A> static __device__ __forceinline__ float activated(float x, float slope)
{
    switch (A) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        return x < 0.0f ? 0.0f : x;
    case ACTIVATION_RELU6:
        return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x;
    case ACTIVATION_LEAKY_RELU:
        return x < 0.0f ? x * slope : x;
    case ACTIVATION_SIGMOID:
        return sigmoid(x);
    case ACTIVATION_TANH:
        return tanhf(x);
    case ACTIVATION_GELU:
        return x * normal_below(x);
    case ACTIVATION_SILU:
        return x * sigmoid(x);
    case ACTIVATION_HARD_SWISH:
        return x < -3.0f ? 0.0f : x > 3.0f ? x : x * (x + 3.0f) * (1.0f / 6);
    }
    return x;
}

/* dx from dy and `from`: the output y, or the input x where the gradient needs that
 * (nn/plan/activation.h). */
template <enum activation A>
static __device__ __forceinline__ float activated_gradient(float from, float dy, float slope)
{
    switch (A) {
    case ACTIVATION_LINEAR:
        break;
    case ACTIVATION_RELU:
        return from > 0.0f ? dy : 0.0f;
    case ACTIVATION_RELU6:
        return from > 0.0f && from < 6.0f ? dy : 0.0f;
    case ACTIVATION_LEAKY_RELU:
        return from > 0.0f ? dy : dy * slope;
    case ACTIVATION_SIGMOID:
        return dy * from * (1.0f - from);
    case ACTIVATION_TANH:
        return dy * (1.0f - from * from);
    case ACTIVATION_GELU:
        return dy * (normal_below(from) + from * normal_density(from));
    case ACTIVATION_SILU:
        return dy * silu_slope(from);
    case ACTIVATION_HARD_SWISH:
        return from < -3.0f ? 0.0f : from > 3.0f ? dy : dy * (from * (1.0f / 3) + 0.5f);
    }
    return dy;
}

template <enum activation A> static __global__ void forward(const float *x, float *y, int64_t count, float slope)
{
    GPU_EACH(i, quads_of(count)) {
        quad q = quad_load(x, i, count);

        for (int k = 0; k < QUAD; k++)
            q.at[k] = activated<A>(q.at[k], slope);
        quad_store(y, i, count, q);
    }
}

/* dx may be dy. */
template <enum activation A>
static __global__ void gradient(const float *from, const float *dy, float *dx, int64_t count, float slope, float factor)
{
    GPU_EACH(i, quads_of(count)) {
        quad f = quad_load(from, i, count), d = quad_load(dy, i, count);

        for (int k = 0; k < QUAD; k++)
            d.at[k] = activated_gradient<A>(f.at[k], d.at[k], slope) * factor;
        quad_store(dx, i, count, d);
    }
}

typedef void forward_kernel(const float *x, float *y, int64_t count, float slope);
typedef void gradient_kernel(const float *from, const float *dy, float *dx, int64_t count, float slope, float factor);

/* By activation. */
#define FORWARD(kind, name, from_output)  forward<ACTIVATION_##kind>,
#define GRADIENT(kind, name, from_output) gradient<ACTIVATION_##kind>,
static forward_kernel *const forwards[] = { ACTIVATIONS(FORWARD) };
static gradient_kernel *const gradients[] = { ACTIVATIONS(GRADIENT) };

static void run_forward(struct gpu *gpu, enum activation activation, float slope, int64_t count, void *x, void *y)
{
    gpu_launch(gpu, forwards[activation], gpu_launch_blocks(gpu, quads_of(count), THREADS), THREADS, x, y, count,
               slope);
}

static void run_activation(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;

    run_forward(task->gpu, elements->activation, elements->slope, (int64_t)task->rows * elements->per_image,
                task->in[0], task->out[0]);
}

static void run_gradient(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    int64_t count = (int64_t)task->rows * elements->per_image;

    gpu_launch(task->gpu, gradients[elements->activation], gpu_launch_blocks(task->gpu, quads_of(count), THREADS),
               THREADS, task->in[0], task->in[1], task->out[0], count, elements->slope, 1.0f / (1.0f - elements->rate));
}

void gpu_activation_of_output(const struct gpu_task *task, enum activation activation, float slope, int per_image)
{
    if (activation != ACTIVATION_LINEAR && activation != ACTIVATION_RELU)
        run_forward(task->gpu, activation, slope, (int64_t)task->rows * per_image, task->out[0], task->out[0]);
}

const struct gpu_kernel gpu_activation = { run_activation };
const struct gpu_kernel gpu_activation_gradient = { run_gradient };
