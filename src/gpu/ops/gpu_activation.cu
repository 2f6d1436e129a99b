/* Activations, number by number. dx may be dy's place. */
#include "gpu/ops/activate.h"
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

template <enum activation A> static __global__ void forward(const float *x, float *y, int64_t count, float slope)
{
    GPU_EACH(i, quads_of(count)) {
        quad q = quad_load(x, i, count);

        for (int k = 0; k < QUAD; k++)
            q.at[k] = activated<A>(q.at[k], slope);
        quad_store(y, i, count, q);
    }
}

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

void gpu_activation(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    int64_t count = (int64_t)task->rows * elements->per_image;

    gpu_launch(task->gpu, forwards[elements->activation], gpu_blocks(task->gpu, quads_of(count), THREADS), THREADS,
               task->in[0], task->out[0], count, elements->slope);
}

void gpu_activation_gradient(const struct gpu_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    int64_t count = (int64_t)task->rows * elements->per_image;

    gpu_launch(task->gpu, gradients[elements->activation], gpu_blocks(task->gpu, quads_of(count), THREADS), THREADS,
               task->in[0], task->in[1], task->out[0], count, elements->slope, 1.0f / (1.0f - elements->rate));
}
