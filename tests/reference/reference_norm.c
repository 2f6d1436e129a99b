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

/* Of rank r: pixels, mean, variance, [R][3][C]. */
void reference_spread_moments(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const int channels = norm->channels, pixels = task->step->rows * norm->pixels;
    const double *given = task->in[1];
    double *all = task->out[0], *own = all + norm->rank * 3 * channels;

    for (int i = 0; i < norm->ranks * 3 * channels; i++)
        all[i] = 0.0;
    reference_moments(task->in[0], (size_t)pixels, (size_t)channels, own + channels);
    for (int c = 0; c < channels; c++) {
        own[c] = pixels;
        own[channels + c] = given ? given[c] : own[channels + c];
        own[2 * channels + c] = given ? given[channels + c] : own[2 * channels + c];
    }
}

/* By the mean of the squares less the square of the mean. */
void reference_merge_moments(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *all = task->in[0];
    double *moments = task->out[0];
    const int channels = norm->channels;

    for (int c = 0; c < channels; c++) {
        double pixels = 0.0, sum = 0.0, squares = 0.0;

        for (int rank = 0; rank < norm->ranks; rank++) {
            const double *of = all + rank * 3 * channels + c, mean = of[channels];

            pixels += of[0];
            sum += of[0] * mean;
            squares += of[0] * (of[2 * channels] + mean * mean);
        }
        moments[c] = pixels > 0.0 ? sum / pixels : 0.0;
        moments[channels + c] = pixels > 0.0 ? squares / pixels - moments[c] * moments[c] : 1.0;
    }
}

void reference_batch_norm_sums(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0], *dy = task->in[1], *saved = task->in[2];
    double *sums = task->out[0], *dgamma = task->out[1], *dbeta = task->out[2];
    const int channels = norm->channels;

    for (int c = 0; c < channels; c++) {
        sums[c] = sums[channels + c] = 0.0;
        for (int i = c; i < task->step->rows * norm->pixels * channels; i += channels) {
            sums[c] += dy[i];
            sums[channels + c] += dy[i] * (x[i] - saved[c]);
        }
        dgamma[c] = sums[channels + c] * saved[channels + c];
        dbeta[c] = sums[c];
    }
}

void reference_batch_norm_input_gradient(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0], *dy = task->in[1], *gamma = task->in[2], *saved = task->in[3], *sums = task->in[4];
    const int channels = norm->channels, whole = task->step->whole > 0 ? task->step->whole : task->step->rows;
    const double pixels = (double)whole * norm->pixels;
    double *dx = task->out[0];

    for (int i = 0; i < task->step->rows * norm->pixels * channels; i++) {
        int c = i % channels;
        double inverse = saved[channels + c], normal = (x[i] - saved[c]) * inverse;

        dx[i] = gamma[c] * inverse * (dy[i] - sums[c] / pixels - normal * sums[channels + c] * inverse / pixels);
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
