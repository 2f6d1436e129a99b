/* Convolutions and dense layers, straight from their definitions. */
#include "tests/reference/reference_ops.h"

#include <string.h>

static size_t image_size(const struct op_window *w)
{
    return (size_t)w->height * (size_t)w->width * (size_t)w->channels;
}

static size_t output_size(const struct op_window *w)
{
    return (size_t)w->out_height * (size_t)w->out_width * (size_t)w->out_channels;
}

/* Calls visit(x's position, w's position, y's position) for every product of a convolution. */
#define FOR_EACH_PRODUCT(w, n, visit)                                                                                  \
    for (int oy = 0; oy < (w)->out_height; oy++)                                                                       \
        for (int ox = 0; ox < (w)->out_width; ox++)                                                                    \
            for (int ky = 0; ky < (w)->kernel_height; ky++)                                                            \
                for (int kx = 0; kx < (w)->kernel_width; kx++) {                                                       \
                    int iy = oy * (w)->stride - (w)->pad_top + ky, ix = ox * (w)->stride - (w)->pad_left + kx;         \
                                                                                                                       \
                    if (iy < 0 || iy >= (w)->height || ix < 0 || ix >= (w)->width)                                     \
                        continue;                                                                                      \
                    for (int c = 0; c < (w)->channels; c++)                                                            \
                        for (int k = 0; k < (w)->out_channels; k++)                                                    \
                            visit(                                                                                     \
                                (size_t)(n)*image_size(w) + (size_t)((iy * (w)->width + ix) * (w)->channels + c),      \
                                (size_t)(((ky * (w)->kernel_width + kx) * (w)->channels + c) * (w)->out_channels + k), \
                                (size_t)(n)*output_size(w) +                                                           \
                                    (size_t)((oy * (w)->out_width + ox) * (w)->out_channels + k));                     \
                }

void reference_conv2d(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    const double *x = task->in[0], *w = task->in[1], *b = task->in[2];
    double *y = task->out[0];
    size_t count = (size_t)task->step->rows * output_size(window);

    for (size_t i = 0; i < count; i++)
        y[i] = b ? b[i % (size_t)window->out_channels] : 0.0;
#define VISIT(at_x, at_w, at_y) y[at_y] += x[at_x] * w[at_w]
    for (int n = 0; n < task->step->rows; n++)
        FOR_EACH_PRODUCT(window, n, VISIT)
#undef VISIT
    for (size_t i = 0; i < count; i++)
        y[i] = reference_activate(window->activation, window->slope, y[i]);
}

void reference_conv2d_input_gradient(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    const double *dy = task->in[0], *w = task->in[1];
    double *dx = task->out[0];

    memset(dx, 0, (size_t)task->step->rows * image_size(window) * sizeof *dx);
#define VISIT(at_x, at_w, at_y) dx[at_x] += dy[at_y] * w[at_w]
    for (int n = 0; n < task->step->rows; n++)
        FOR_EACH_PRODUCT(window, n, VISIT)
#undef VISIT
}

void reference_conv2d_weight_gradient(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    const double *x = task->in[0], *dy = task->in[1];
    double *dw = task->out[0], *db = task->out[1];
    size_t outputs = (size_t)window->out_channels;

    memset(dw, 0, (size_t)(window->kernel_height * window->kernel_width * window->channels) * outputs * sizeof *dw);
#define VISIT(at_x, at_w, at_y) dw[at_w] += x[at_x] * dy[at_y]
    for (int n = 0; n < task->step->rows; n++)
        FOR_EACH_PRODUCT(window, n, VISIT)
#undef VISIT
    if (!db)
        return;
    memset(db, 0, outputs * sizeof *db);
    for (size_t i = 0; i < (size_t)task->step->rows * output_size(window); i++)
        db[i % outputs] += dy[i];
}

void reference_dense(const struct reference_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const double *x = task->in[0], *w = task->in[1], *b = task->in[2];
    double *y = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int o = 0; o < dense->outputs; o++) {
            double sum = b ? b[o] : 0.0;

            for (int i = 0; i < dense->inputs; i++)
                sum += x[n * dense->inputs + i] * w[i * dense->outputs + o];
            y[n * dense->outputs + o] = reference_activate(dense->activation, dense->slope, sum);
        }
}

void reference_dense_input_gradient(const struct reference_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const double *dy = task->in[0], *w = task->in[1];
    double *dx = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int i = 0; i < dense->inputs; i++) {
            double sum = 0.0;

            for (int o = 0; o < dense->outputs; o++)
                sum += dy[n * dense->outputs + o] * w[i * dense->outputs + o];
            dx[n * dense->inputs + i] = sum;
        }
}

void reference_dense_weight_gradient(const struct reference_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const double *x = task->in[0], *dy = task->in[1];
    double *dw = task->out[0], *db = task->out[1];

    for (int o = 0; o < dense->outputs; o++) {
        for (int i = 0; i < dense->inputs; i++) {
            double sum = 0.0;

            for (int n = 0; n < task->step->rows; n++)
                sum += x[n * dense->inputs + i] * dy[n * dense->outputs + o];
            dw[i * dense->outputs + o] = sum;
        }
        if (db) {
            db[o] = 0.0;
            for (int n = 0; n < task->step->rows; n++)
                db[o] += dy[n * dense->outputs + o];
        }
    }
}
