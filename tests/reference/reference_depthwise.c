/* Depthwise convolutions, straight from the definition. */
#include "tests/reference/reference_ops.h"

#include <string.h>

/* Calls visit(index in x, index in w, index in y) for every product. */
#define FOR_EACH_PRODUCT(p, images, visit)                                                                             \
    for (int n = 0; n < (images); n++)                                                                                 \
        for (int y = 0; y < (p)->out_height; y++)                                                                      \
            for (int x = 0; x < (p)->out_width; x++)                                                                   \
                for (int ky = 0; ky < (p)->kernel_height; ky++)                                                        \
                    for (int kx = 0; kx < (p)->kernel_width; kx++) {                                                   \
                        int iy = y * (p)->stride - (p)->pad_top + ky, ix = x * (p)->stride - (p)->pad_left + kx;       \
                                                                                                                       \
                        if (iy < 0 || iy >= (p)->height || ix < 0 || ix >= (p)->width)                                 \
                            continue;                                                                                  \
                        for (int c = 0; c < (p)->channels; c++)                                                        \
                            visit(((n * (p)->height + iy) * (p)->width + ix) * (p)->channels + c,                      \
                                  (ky * (p)->kernel_width + kx) * (p)->channels + c,                                   \
                                  ((n * (p)->out_height + y) * (p)->out_width + x) * (p)->channels + c);               \
                    }

static size_t outputs_of(const struct reference_task *task)
{
    const struct op_window *p = &task->op->window;

    return (size_t)task->step->rows * (size_t)p->out_height * (size_t)p->out_width * (size_t)p->channels;
}

void reference_depthwise_conv2d(const struct reference_task *task)
{
    const struct op_window *p = &task->op->window;
    const double *x_in = task->in[0], *w = task->in[1], *b = task->in[2];
    size_t outputs = outputs_of(task), channels = (size_t)p->channels;
    double *to = task->out[0];

    for (size_t i = 0; i < outputs; i++)
        to[i] = b ? b[i % channels] : 0.0;
#define VISIT(at_x, at_w, at_y) to[at_y] += x_in[at_x] * w[at_w]
    FOR_EACH_PRODUCT(p, task->step->rows, VISIT)
#undef VISIT
    for (size_t i = 0; i < outputs; i++)
        to[i] = reference_activate(p->activation, p->slope, to[i]);
    if (task->out[1])
        reference_moments(to, outputs / channels, channels, task->out[1]);
}

void reference_depthwise_conv2d_input_gradient(const struct reference_task *task)
{
    const struct op_window *p = &task->op->window;
    const double *dy = task->in[0], *w = task->in[1];
    double *dx = task->out[0];

    memset(dx, 0, (size_t)task->step->rows * (size_t)p->height * (size_t)p->width * (size_t)p->channels * sizeof *dx);
#define VISIT(at_x, at_w, at_y) dx[at_x] += dy[at_y] * w[at_w]
    FOR_EACH_PRODUCT(p, task->step->rows, VISIT)
#undef VISIT
}

void reference_depthwise_conv2d_weight_gradient(const struct reference_task *task)
{
    const struct op_window *p = &task->op->window;
    const double *x_in = task->in[0], *dy = task->in[1];
    double *dw = task->out[0], *db = task->out[1];
    size_t channels = (size_t)p->channels;

    memset(dw, 0, (size_t)p->kernel_height * (size_t)p->kernel_width * channels * sizeof *dw);
#define VISIT(at_x, at_w, at_y) dw[at_w] += x_in[at_x] * dy[at_y]
    FOR_EACH_PRODUCT(p, task->step->rows, VISIT)
#undef VISIT
    if (!db)
        return;
    memset(db, 0, channels * sizeof *db);
    for (size_t i = 0; i < outputs_of(task); i++)
        db[i % channels] += dy[i];
}
