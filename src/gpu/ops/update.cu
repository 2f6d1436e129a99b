/* Sums over the parts of a step, and the optimisers: new parameters from gradients, in one pass over the whole arenas,
 * or parts of them. */
#include <math.h>

#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

/* What is the same for all parameters of a step. */
struct rates {
    float rate;          /* Adam: with the correction of its moments */
    float keep;          /* weight decay: p shrinks by this factor first (decoupled), */
    float into_gradient; /* or so much of p is added to g (L2) */
};

static __global__ void accumulate(int64_t count, const struct gpu_step *step, float *x, float *sums)
{
    const bool first = step->part == 0, last = step->part + 1 == step->parts;

    if (step->parts <= 1)
        return;
    GPU_EACH(i, quads_of(count)) {
        quad sum = quad_load(x, i, count);

        if (!first) {
            quad before = quad_load(sums, i, count);

            for (int k = 0; k < QUAD; k++)
                sum.at[k] = before.at[k] + sum.at[k];
        }
        quad_store(last ? x : sums, i, count, sum);
    }
}

static __device__ double rate_of(const struct op_update &update, const struct gpu_step *step)
{
    return step->learning_rate * (double)update.share;
}

static __device__ struct rates rates_of(const struct op_update &update, const struct gpu_step *step)
{
    const double rate = rate_of(update, step);

    if (update.decoupled)
        return { (float)rate, (float)(1.0 - rate * update.weight_decay), 0.0f };
    return { (float)rate, 1.0f, update.weight_decay };
}

/* By squaring, in a few dozen products: pow() would keep the whole block waiting. */
static __device__ double power(double base, uint64_t exponent)
{
    double result = 1.0;

    for (; exponent > 0; exponent /= 2, base *= base)
        if (exponent % 2)
            result *= base;
    return result;
}

/* Kingma and Ba, "Adam: a method for stochastic optimization", 2015, in the form just before section 2.1, which is
 * Keras's too. */
static __device__ struct rates adam_rates_of(const struct op_update &update, const struct gpu_step *step)
{
    struct rates rates = rates_of(update, step);
    double first = 1.0 - power(update.beta1, step->number), second = 1.0 - power(update.beta2, step->number);

    rates.rate = (float)(rate_of(update, step) * sqrt(second) / first);
    return rates;
}

static __global__ void descend(struct op_update update, const struct gpu_step *step, float *parameters,
                               const float *gradients)
{
    struct rates rates = rates_of(update, step);

    GPU_EACH(i, quads_of(update.count)) {
        quad p = quad_load(parameters, i, update.count), g = quad_load(gradients, i, update.count);

        for (int k = 0; k < QUAD; k++) {
            float gradient = g.at[k] + rates.into_gradient * p.at[k];

            p.at[k] = p.at[k] * rates.keep - rates.rate * gradient;
        }
        quad_store(parameters, i, update.count, p);
    }
}

static __global__ void descend_with_momentum(struct op_update update, const struct gpu_step *step, float *parameters,
                                             const float *gradients, float *velocity)
{
    struct rates rates = rates_of(update, step);
    /* Plain momentum adds v, Nesterov's looks one step ahead. */
    float of_velocity = update.nesterov ? update.momentum : 1.0f, of_gradient = update.nesterov ? rates.rate : 0.0f;

    GPU_EACH(i, quads_of(update.count)) {
        quad p = quad_load(parameters, i, update.count), g = quad_load(gradients, i, update.count);
        quad v = quad_load(velocity, i, update.count);

        for (int k = 0; k < QUAD; k++) {
            float gradient = g.at[k] + rates.into_gradient * p.at[k];

            v.at[k] = update.momentum * v.at[k] - rates.rate * gradient;
            p.at[k] = p.at[k] * rates.keep + of_velocity * v.at[k] - of_gradient * gradient;
        }
        quad_store(velocity, i, update.count, v);
        quad_store(parameters, i, update.count, p);
    }
}

static __global__ void adam(struct op_update update, const struct gpu_step *step, float *parameters,
                            const float *gradients, float *first, float *second)
{
    __shared__ struct rates rates;

    if (threadIdx.x == 0)
        rates = adam_rates_of(update, step);
    __syncthreads();
    GPU_EACH(i, quads_of(update.count)) {
        quad p = quad_load(parameters, i, update.count), g = quad_load(gradients, i, update.count);
        quad m = quad_load(first, i, update.count), v = quad_load(second, i, update.count);

        for (int k = 0; k < QUAD; k++) {
            float gradient = g.at[k] + rates.into_gradient * p.at[k];

            m.at[k] = update.beta1 * m.at[k] + (1.0f - update.beta1) * gradient;
            v.at[k] = update.beta2 * v.at[k] + (1.0f - update.beta2) * gradient * gradient;
            p.at[k] = p.at[k] * rates.keep - rates.rate * m.at[k] / (sqrtf(v.at[k]) + update.epsilon);
        }
        quad_store(first, i, update.count, m);
        quad_store(second, i, update.count, v);
        quad_store(parameters, i, update.count, p);
    }
}

static __global__ void rmsprop(struct op_update update, const struct gpu_step *step, float *parameters,
                               const float *gradients, float *squares, float *velocity)
{
    struct rates rates = rates_of(update, step);

    GPU_EACH(i, quads_of(update.count)) {
        quad p = quad_load(parameters, i, update.count), g = quad_load(gradients, i, update.count);
        quad s = quad_load(squares, i, update.count), v = {};

        if (velocity)
            v = quad_load(velocity, i, update.count);
        for (int k = 0; k < QUAD; k++) {
            float gradient = g.at[k] + rates.into_gradient * p.at[k];

            s.at[k] = update.rho * s.at[k] + (1.0f - update.rho) * gradient * gradient;
            v.at[k] = update.momentum * v.at[k] + rates.rate * gradient / sqrtf(s.at[k] + update.epsilon);
            p.at[k] = p.at[k] * rates.keep - v.at[k];
        }
        if (velocity)
            quad_store(velocity, i, update.count, v);
        quad_store(squares, i, update.count, s);
        quad_store(parameters, i, update.count, p);
    }
}

static unsigned blocks_of(const struct gpu_task *task)
{
    return gpu_launch_blocks(task->gpu, quads_of(task->op->update.count), THREADS);
}

static void run_accumulate(const struct gpu_task *task)
{
    gpu_launch(task->gpu, accumulate, blocks_of(task), THREADS, task->op->update.count, task->step, task->in[0],
               task->in[1]);
}

static void run_sgd(const struct gpu_task *task)
{
    const struct op_update *update = &task->op->update;

    if (task->in[2])
        gpu_launch(task->gpu, descend_with_momentum, blocks_of(task), THREADS, *update, task->step, task->in[0],
                   task->in[1], task->in[2]);
    else
        gpu_launch(task->gpu, descend, blocks_of(task), THREADS, *update, task->step, task->in[0], task->in[1]);
}

static void run_adam(const struct gpu_task *task)
{
    gpu_launch(task->gpu, adam, blocks_of(task), THREADS, task->op->update, task->step, task->in[0], task->in[1],
               task->in[2], task->in[3]);
}

static void run_rmsprop(const struct gpu_task *task)
{
    gpu_launch(task->gpu, rmsprop, blocks_of(task), THREADS, task->op->update, task->step, task->in[0], task->in[1],
               task->in[2], task->in[3]);
}

const struct gpu_kernel gpu_accumulate = { run_accumulate };
const struct gpu_kernel gpu_sgd = { run_sgd };
const struct gpu_kernel gpu_adam = { run_adam };
const struct gpu_kernel gpu_rmsprop = { run_rmsprop };
