/* A factor for each channel of each image, straight from the definition. */
#include "tests/reference/reference_ops.h"

#include <string.h>

void reference_gate(const struct reference_task *task)
{
    int channels = task->op->norm.channels, floats = task->op->norm.pixels * channels;
    const double *x = task->in[0], *factor = task->in[1];
    double *y = task->out[0];

    for (int i = 0; i < task->step->rows * floats; i++)
        y[i] = x[i] * factor[i / floats * channels + i % channels];
}

void reference_gate_gradient(const struct reference_task *task)
{
    int channels = task->op->norm.channels, floats = task->op->norm.pixels * channels;
    const double *x = task->in[0], *dy = task->in[1], *factor = task->in[2];
    double *dx = task->out[0], *dfactor = task->out[1];

    memset(dfactor, 0, (size_t)(task->step->rows * channels) * sizeof *dfactor);
    for (int i = 0; i < task->step->rows * floats; i++) {
        int f = i / floats * channels + i % channels;

        dfactor[f] += x[i] * dy[i];
        dx[i] = dy[i] * factor[f];
    }
}
