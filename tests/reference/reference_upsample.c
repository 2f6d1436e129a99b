#include "tests/reference/reference_ops.h"

/* Calls visit(y, x) for every value y of the larger image and the value x of the smaller one that it repeats. */
static void for_each_pair(const struct reference_task *task, void (*visit)(double *large, double *small), double *large,
                          double *small)
{
    const struct op_window *w = &task->op->window;

    for (int n = 0; n < task->step->rows; n++)
        for (int y = 0; y < w->out_height; y++)
            for (int x = 0; x < w->out_width; x++)
                for (int c = 0; c < w->channels; c++)
                    visit(&large[((n * w->out_height + y) * w->out_width + x) * w->channels + c],
                          &small[((n * w->height + y / w->stride) * w->width + x / w->stride) * w->channels + c]);
}

static void repeat(double *large, double *small)
{
    *large = *small;
}

static void add(double *large, double *small)
{
    *small += *large;
}

void reference_upsample(const struct reference_task *task)
{
    for_each_pair(task, repeat, task->out[0], task->in[0]);
}

void reference_upsample_gradient(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    double *dx = task->out[0];

    for (int i = 0; i < task->step->rows * w->height * w->width * w->channels; i++)
        dx[i] = 0.0;
    for_each_pair(task, add, task->in[0], dx);
}
