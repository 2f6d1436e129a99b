/* Batch normalisation, straight from the definition. */
#include "tests/reference/reference_ops.h"

#include <math.h>

void reference_batch_norm(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0], *gamma = task->in[1], *beta = task->in[2], *moments = task->in[4];
    double *moving = task->in[3], *y = task->out[0], *saved = task->out[1];
    int pixels = task->step->rows * norm->pixels, channels = norm->channels;

    for (int c = 0; c < channels; c++) {
        double mean = 0.0, variance = 0.0, momentum = norm->momentum;

        for (int i = 0; i < pixels; i++)
            mean += x[i * channels + c] / pixels;
        for (int i = 0; i < pixels; i++)
            variance += (x[i * channels + c] - mean) * (x[i * channels + c] - mean) / pixels;
        mean = moments ? moments[c] : mean;
        variance = moments ? moments[channels + c] : variance;
        saved[c] = mean;
        saved[channels + c] = 1.0 / sqrt(variance + norm->epsilon);
        for (int i = 0; i < pixels; i++)
            y[i * channels + c] = (x[i * channels + c] - mean) * saved[channels + c] * gamma[c] + beta[c];
        moving[c] = momentum * moving[c] + (1.0 - momentum) * mean;
        moving[channels + c] = momentum * moving[channels + c] + (1.0 - momentum) * variance;
    }
}

void reference_batch_norm_inference(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0], *gamma = task->in[1], *beta = task->in[2], *moving = task->in[3];
    double *y = task->out[0];
    int channels = norm->channels;

    for (int i = 0; i < task->step->rows * norm->pixels * channels; i++) {
        int c = i % channels;

        y[i] = (x[i] - moving[c]) / sqrt(moving[channels + c] + norm->epsilon) * gamma[c] + beta[c];
    }
}

void reference_batch_norm_gradient(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0], *dy = task->in[1], *gamma = task->in[2], *saved = task->in[3];
    double *dx = task->out[0], *dgamma = task->out[1], *dbeta = task->out[2];
    int pixels = task->step->rows * norm->pixels, channels = norm->channels;

    for (int c = 0; c < channels; c++) {
        double mean = saved[c], inverse = saved[channels + c], of_dy = 0.0, of_product = 0.0;

        for (int i = 0; i < pixels; i++) {
            of_dy += dy[i * channels + c];
            of_product += dy[i * channels + c] * (x[i * channels + c] - mean) * inverse;
        }
        for (int i = 0; i < pixels; i++) {
            double normal = (x[i * channels + c] - mean) * inverse;

            dx[i * channels + c] =
                gamma[c] * inverse * (dy[i * channels + c] - of_dy / pixels - normal * of_product / pixels);
        }
        dgamma[c] = of_product;
        dbeta[c] = of_dy;
    }
}

void reference_moments(const double *y, size_t pixels, size_t channels, double *moments)
{
    for (size_t c = 0; c < channels; c++) {
        double mean = 0.0, variance = 0.0;

        for (size_t i = 0; i < pixels; i++)
            mean += y[i * channels + c] / (double)pixels;
        for (size_t i = 0; i < pixels; i++)
            variance += (y[i * channels + c] - mean) * (y[i * channels + c] - mean) / (double)pixels;
        moments[c] = mean;
        moments[channels + c] = variance;
    }
}
