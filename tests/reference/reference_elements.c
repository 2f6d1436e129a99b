/* Element-wise operations: activations, dropout, sums. */
#include "tests/reference/reference_ops.h"

#include <math.h>

#include "base/random.h"

static double normal_distribution(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

double reference_activate(enum activation activation, double slope, double x)
{
    switch (activation) {
    case ACTIVATION_LINEAR:
        return x;
    case ACTIVATION_RELU:
        return x > 0.0 ? x : 0.0;
    case ACTIVATION_RELU6:
        return fmin(fmax(x, 0.0), 6.0);
    case ACTIVATION_LEAKY_RELU:
        return x > 0.0 ? x : slope * x;
    case ACTIVATION_SIGMOID:
        return 1.0 / (1.0 + exp(-x));
    case ACTIVATION_TANH:
        return tanh(x);
    case ACTIVATION_GELU:
        return x * normal_distribution(x);
    case ACTIVATION_SILU:
        return x / (1.0 + exp(-x));
    case ACTIVATION_HARD_SWISH:
        return x * fmin(fmax(x + 3.0, 0.0), 6.0) / 6.0;
    }
    return NAN;
}

/* The slope of f, from its output, or from its input where that is needed (activation.h). */
static double slope_at(enum activation activation, double slope, double from)
{
    switch (activation) {
    case ACTIVATION_LINEAR:
        return 1.0;
    case ACTIVATION_RELU:
        return from > 0.0 ? 1.0 : 0.0;
    case ACTIVATION_RELU6:
        return from > 0.0 && from < 6.0 ? 1.0 : 0.0;
    case ACTIVATION_LEAKY_RELU:
        return from > 0.0 ? 1.0 : slope;
    case ACTIVATION_SIGMOID:
        return from * (1.0 - from);
    case ACTIVATION_TANH:
        return 1.0 - from * from;
    case ACTIVATION_GELU:
        return normal_distribution(from) + from * exp(-from * from / 2.0) / sqrt(2.0 * acos(-1.0));
    case ACTIVATION_SILU:
        return (1.0 + exp(-from) + from * exp(-from)) / pow(1.0 + exp(-from), 2);
    case ACTIVATION_HARD_SWISH:
        return from < -3.0 ? 0.0 : from > 3.0 ? 1.0 : from / 3.0 + 0.5;
    }
    return NAN;
}

static int elements_of(const struct reference_task *task)
{
    return task->step->rows * task->op->elements.per_image;
}

void reference_activation(const struct reference_task *task)
{
    const struct op_elements *e = &task->op->elements;
    const double *x = task->in[0];
    double *y = task->out[0];

    for (int i = 0; i < elements_of(task); i++)
        y[i] = reference_activate(e->activation, e->slope, x[i]);
}

void reference_activation_gradient(const struct reference_task *task)
{
    const struct op_elements *e = &task->op->elements;
    const double *from = task->in[0], *dy = task->in[1];
    double *dx = task->out[0];

    for (int i = 0; i < elements_of(task); i++)
        dx[i] = slope_at(e->activation, e->slope, from[i]) * dy[i] / (1 - (double)e->rate);
}

void reference_dropout(const struct reference_task *task)
{
    const struct op_elements *e = &task->op->elements;
    const double *x = task->in[0];
    double *y = task->out[0];

    for (int i = 0; i < elements_of(task); i++) {
        int at = task->step->first * e->per_image + i; /* in the whole batch */
        struct random_words r =
            random_block(task->step->seed, RANDOM_DROPOUT, e->salt, (uint32_t)task->step->number, (uint64_t)at / 4);

        y[i] = random_uniform(r.word[at % 4]) >= e->rate ? x[i] / (1.0 - e->rate) : 0.0;
    }
}

/* The same mask, the same factor. */
void reference_dropout_gradient(const struct reference_task *task)
{
    reference_dropout(task);
}

void reference_add(const struct reference_task *task)
{
    const double *a = task->in[0], *b = task->in[1];
    double *y = task->out[0];

    for (int i = 0; i < elements_of(task); i++)
        y[i] = a[i] + b[i];
}
