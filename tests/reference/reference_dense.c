/* Dense layers, straight from the definition. */
#include "tests/reference/reference_ops.h"

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
