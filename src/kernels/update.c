/* Sums over the parts of a step, clipping and the optimisers: from gradients to new parameters, in one pass over whole
 * arenas, or parts of them. */
#include <math.h>
#include <string.h>

#include "kernels/kernels.h"
#include "kernels/norms.h"
#include "kernels/vector.h"

static struct share parameters_of(const struct kernel_task *task)
{
    return team_share(task->op->update.count, LINE_FLOATS, task->thread, task->threads);
}

static void accumulate(const struct kernel_task *task)
{
    const struct step *step = task->step;
    const struct share share = parameters_of(task);
    const bool last = step->part + 1 == step->parts;
    float *x = task->in[0], *sums = task->in[1], *to = last ? x : sums;

    if (step->parts <= 1)
        return;
    if (step->part == 0) {
        memcpy(sums + share.begin, x + share.begin, (size_t)(share.end - share.begin) * sizeof *sums);
        return;
    }
    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++)
        to[i] = sums[i] + x[i];
}

const struct kernel kernel_accumulate = { .run = accumulate };

static size_t clip_gradient_workspace(const struct op *op, int batch, int threads)
{
    (void)op;
    (void)batch;
    (void)threads;
    return sizeof(double);
}

static void clip_gradient(const struct kernel_task *task)
{
    float *gradients = task->in[0], clip = task->op->update.clip;
    struct share share = parameters_of(task);
    double sum = 0.0;

    *(double *)kernel_workspace(task, task->thread) = norms_square(gradients + share.begin, share.end - share.begin);
    kernel_barrier(task);
    for (int thread = 0; thread < task->threads; thread++)
        sum += *(const double *)kernel_workspace(task, thread);
    if (sqrt(sum) > clip)
        vector_scale(gradients + share.begin, (float)(clip / sqrt(sum)), share.end - share.begin);
}

const struct kernel kernel_clip_gradient = { .run = clip_gradient, .workspace = clip_gradient_workspace };

static double rate_of(const struct kernel_task *task)
{
    return task->step->learning_rate * (double)task->op->update.share;
}

/* Weight decay for all optimisers: p shrinks first (decoupled), or a part of p is added to g (L2). */
struct decay {
    float keep, into_gradient;
};

static struct decay decay_of(const struct kernel_task *task)
{
    const struct op_update *update = &task->op->update;

    if (update->decoupled)
        return (struct decay){ (float)(1.0 - rate_of(task) * update->weight_decay), 0.0f };
    return (struct decay){ 1.0f, update->weight_decay };
}

static void descend(const struct kernel_task *task, struct decay decay, float rate)
{
    float *p = task->in[0];
    const float *g = task->in[1];
    struct share share = parameters_of(task);

    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++) {
        float gradient = g[i] + decay.into_gradient * p[i];

        p[i] = p[i] * decay.keep - rate * gradient;
    }
}

static void descend_with_momentum(const struct kernel_task *task, struct decay decay, float rate)
{
    float *p = task->in[0], *v = task->in[2], momentum = task->op->update.momentum;
    const float *g = task->in[1];
    /* Plain momentum adds v; Nesterov's looks one step ahead. */
    float of_velocity = task->op->update.nesterov ? momentum : 1.0f;
    float of_gradient = task->op->update.nesterov ? rate : 0.0f;
    struct share share = parameters_of(task);

    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++) {
        float gradient = g[i] + decay.into_gradient * p[i];
        float velocity = momentum * v[i] - rate * gradient;

        v[i] = velocity;
        p[i] = p[i] * decay.keep + of_velocity * velocity - of_gradient * gradient;
    }
}

static void sgd(const struct kernel_task *task)
{
    float rate = (float)rate_of(task);

    if (task->in[2])
        descend_with_momentum(task, decay_of(task), rate);
    else
        descend(task, decay_of(task), rate);
}

const struct kernel kernel_sgd = { .run = sgd };

/* Kingma and Ba, "Adam: a method for stochastic optimization", 2015, in the form just before section 2.1, which is
 * Keras's too. */
static void adam(const struct kernel_task *task)
{
    const struct op_update *update = &task->op->update;
    float *p = task->in[0], *m = task->in[2], *v = task->in[3];
    const float *g = task->in[1];
    double t = (double)task->step->number;
    float rate = (float)(rate_of(task) * sqrt(1.0 - pow(update->beta2, t)) / (1.0 - pow(update->beta1, t)));
    float beta1 = update->beta1, beta2 = update->beta2, epsilon = update->epsilon;
    struct decay decay = decay_of(task);
    struct share share = parameters_of(task);

    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++) {
        float gradient = g[i] + decay.into_gradient * p[i];
        float first = beta1 * m[i] + (1.0f - beta1) * gradient;
        float second = beta2 * v[i] + (1.0f - beta2) * gradient * gradient;

        m[i] = first;
        v[i] = second;
        p[i] = p[i] * decay.keep - rate * first / (sqrtf(second) + epsilon);
    }
}

const struct kernel kernel_adam = { .run = adam };

static void rmsprop(const struct kernel_task *task)
{
    const struct op_update *update = &task->op->update;
    float *p = task->in[0], *squares = task->in[2], *v = task->in[3];
    const float *g = task->in[1];
    float rate = (float)rate_of(task), rho = update->rho, epsilon = update->epsilon;
    float momentum = update->momentum;
    struct decay decay = decay_of(task);
    struct share share = parameters_of(task);

    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++) {
        float gradient = g[i] + decay.into_gradient * p[i];
        float square = rho * squares[i] + (1.0f - rho) * gradient * gradient;
        float step = rate * gradient / sqrtf(square + epsilon);

        squares[i] = square;
        if (v)
            v[i] = step += momentum * v[i];
        p[i] = p[i] * decay.keep - step;
    }
}

const struct kernel kernel_rmsprop = { .run = rmsprop };
