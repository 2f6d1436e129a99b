/* Element-wise operations: activations and sums. */
#include "kernels/activate.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

static struct share elements_of(const struct kernel_task *task)
{
    return team_share((int64_t)task->step->rows * task->op->elements.per_image, LINE_FLOATS, task->thread,
                      task->threads);
}

static void activation(const struct kernel_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    const float *x = task->in[0];
    float *y = task->out[0];
    struct share share = elements_of(task);

    activate(elements->activation, elements->slope, x + share.begin, y + share.begin, share.end - share.begin);
}

const struct kernel kernel_activation = { .run = activation };

static void activation_gradient(const struct kernel_task *task)
{
    const struct op_elements *elements = &task->op->elements;
    const float *y = task->in[0], *dy = task->in[1];
    float *dx = task->out[0];
    struct share share = elements_of(task);

    activate_gradient(elements->activation, elements->slope, y + share.begin, dy + share.begin, dx + share.begin,
                      share.end - share.begin);
    if (elements->rate > 0)
        vector_scale(dx + share.begin, 1.0f / (1.0f - elements->rate), share.end - share.begin);
}

const struct kernel kernel_activation_gradient = { .run = activation_gradient };

static void add(const struct kernel_task *task)
{
    const float *a = task->in[0], *b = task->in[1];
    float *y = task->out[0];
    struct share share = elements_of(task);

    INDEPENDENT
    for (int64_t i = share.begin; i < share.end; i++)
        y[i] = a[i] + b[i];
}

const struct kernel kernel_add = { .run = add };
