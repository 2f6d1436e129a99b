/* Batch normalisation (Ioffe and Szegedy, 2015): sums for each channel over all pixels of all images.
 *
 * Every thread sums over its pixels. After a barrier every thread adds up all partial sums for itself, in the order of
 * the threads: the same additions everywhere, so the same numbers, and no second barrier. Forward there is none at all
 * if the moments of x are given. */
#include <math.h>
#include <string.h>

#include "kernels/moments.h"
#include "kernels/vector.h"

/* A thread's workspace: the moments of x or two sums, then what its loop over pixels uses; [channels] of each. */
struct workspace {
    struct moments moments;
    double *first, *second; /* in the memory of the moments */
    float *center, *factor, *offset;
};

static size_t batch_norm_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return moments_bytes(op->norm.channels) + (size_t)op->norm.channels * 3 * sizeof(float);
}

static struct workspace workspace_of(const struct kernel_task *task, int thread)
{
    int64_t channels = task->op->norm.channels;
    char *memory = kernel_workspace(task, thread);
    struct workspace w = { .moments = moments_at(memory, channels), .first = (double *)(void *)memory };

    w.second = w.first + channels;
    w.center = (float *)(void *)(memory + moments_bytes(channels));
    w.factor = w.center + channels;
    w.offset = w.factor + channels;
    return w;
}

static struct share pixels_of(const struct kernel_task *task, int thread)
{
    return team_share((int64_t)task->step->rows * task->op->norm.pixels, 1, thread, task->threads);
}

/* y = (x - center) × factor + offset. */
static void normalise(const float *x, float *y, struct share share, int64_t channels, struct workspace w)
{
    const float *center = w.center, *factor = w.factor, *offset = w.offset;

    for (int64_t pixel = share.begin; pixel < share.end; pixel++) {
        const float *from = x + pixel * channels;
        float *to = y + pixel * channels;

        INDEPENDENT
        for (int64_t c = 0; c < channels; c++)
            to[c] = (from[c] - center[c]) * factor[c] + offset[c];
    }
}

/* The batch's mean and biased variance of a channel: those that are given, or those that the team computed. */
static void batch_moments(const struct kernel_task *task, int channel, double *mean, double *variance)
{
    const float *given = task->in[4];
    int channels = task->op->norm.channels;

    if (given) {
        *mean = given[channel];
        *variance = given[channels + channel];
    } else
        moments_of_team(task, 0, channels, channel, mean, variance);
}

static void batch_norm(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *gamma = task->in[1], *beta = task->in[2];
    float *moving = task->in[3], *saved = task->out[1], momentum = norm->momentum;
    struct workspace w = workspace_of(task, task->thread);
    struct share share = pixels_of(task, task->thread);

    if (!task->in[4]) {
        moments_clear(w.moments);
        moments_add(w.moments, (const float *)task->in[0] + share.begin * norm->channels, share.end - share.begin);
        kernel_barrier(task);
    }
    for (int c = 0; c < norm->channels; c++) {
        double mean, variance;

        batch_moments(task, c, &mean, &variance);
        w.center[c] = (float)mean;
        w.factor[c] = gamma[c] * (float)(1.0 / sqrt(variance + norm->epsilon));
        /* Less what a large mean lost when it was rounded to float. */
        w.offset[c] = beta[c] - (float)(mean - w.center[c]) * w.factor[c];
        if (task->thread > 0)
            continue;
        saved[c] = (float)mean;
        saved[norm->channels + c] = (float)(1.0 / sqrt(variance + norm->epsilon));
        moving[c] = momentum * moving[c] + (1.0f - momentum) * (float)mean;
        moving[norm->channels + c] = momentum * moving[norm->channels + c] + (1.0f - momentum) * (float)variance;
    }
    normalise(task->in[0], task->out[0], share, norm->channels, w);
}

const struct kernel kernel_batch_norm = { .run = batch_norm, .workspace = batch_norm_workspace };

static void batch_norm_inference(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *gamma = task->in[1], *beta = task->in[2], *moving = task->in[3];
    struct workspace w = workspace_of(task, task->thread);

    for (int c = 0; c < norm->channels; c++) {
        w.center[c] = moving[c];
        w.factor[c] = gamma[c] / sqrtf(moving[norm->channels + c] + norm->epsilon);
        w.offset[c] = beta[c];
    }
    normalise(task->in[0], task->out[0], pixels_of(task, task->thread), norm->channels, w);
}

const struct kernel kernel_batch_norm_inference = { .run = batch_norm_inference, .workspace = batch_norm_workspace };

/* Blocks of pixels × channels that stay in the first-level cache: floats within a block, doubles between blocks. */
enum { BLOCK_PIXELS = 64, BLOCK_CHANNELS = 64 };

/* Sums of dy and of dy × (x - mean) for each channel. */
static void gradient_sums(const float *x, const float *dy, const float *mean, struct share share, int64_t channels,
                          double *of_dy, double *of_product)
{
    memset(of_dy, 0, (size_t)channels * sizeof *of_dy);
    memset(of_product, 0, (size_t)channels * sizeof *of_product);
    for (int64_t first = 0; first < channels; first += BLOCK_CHANNELS)
        for (int64_t pixel = share.begin; pixel < share.end; pixel += BLOCK_PIXELS) {
            int64_t end = int64_min(pixel + BLOCK_PIXELS, share.end);
            int width = (int)int64_min(channels - first, BLOCK_CHANNELS);
            float sums[BLOCK_CHANNELS] = { 0 }, products[BLOCK_CHANNELS] = { 0 };

            for (int64_t at = pixel * channels + first; at < end * channels; at += channels)
                for (int c = 0; c < width; c++) {
                    sums[c] += dy[at + c];
                    products[c] += dy[at + c] * (x[at + c] - mean[first + c]);
                }
            for (int c = 0; c < width; c++) {
                of_dy[first + c] += sums[c];
                of_product[first + c] += products[c];
            }
        }
}

/* dx = factor × (dy - offset - (x - mean) × slope); dx may be dy. */
static void gradient_pixels(const float *x, const float *dy, const float *mean, const struct workspace w, float *dx,
                            struct share share, int64_t channels)
{
    const float *factor = w.factor, *offset = w.offset, *slope = w.center;

    for (int64_t at = share.begin * channels; at < share.end * channels; at += channels) {
        INDEPENDENT
        for (int64_t c = 0; c < channels; c++)
            dx[at + c] = factor[c] * (dy[at + c] - offset[c] - (x[at + c] - mean[c]) * slope[c]);
    }
}

static void batch_norm_gradient(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *x = task->in[0], *dy = task->in[1], *gamma = task->in[2], *mean = task->in[3];
    const float *inverse = mean + norm->channels;
    float *dgamma = task->out[1], *dbeta = task->out[2];
    struct workspace w = workspace_of(task, task->thread);
    struct share share = pixels_of(task, task->thread);
    double count = (double)task->step->rows * norm->pixels;

    gradient_sums(x, dy, mean, share, norm->channels, w.first, w.second);
    kernel_barrier(task);
    for (int c = 0; c < norm->channels; c++) {
        double of_dy = 0.0, of_product = 0.0;

        for (int thread = 0; thread < task->threads; thread++) {
            struct workspace other = workspace_of(task, thread);

            of_dy += other.first[c];
            of_product += other.second[c];
        }
        w.factor[c] = gamma[c] * inverse[c];
        w.offset[c] = (float)(of_dy / count);
        w.center[c] = (float)(of_product / count * inverse[c] * inverse[c]);
        if (task->thread == 0) {
            dgamma[c] = (float)(of_product * inverse[c]);
            dbeta[c] = (float)of_dy;
        }
    }
    gradient_pixels(x, dy, mean, w, task->out[0], share, norm->channels);
}

const struct kernel kernel_batch_norm_gradient = { .run = batch_norm_gradient, .workspace = batch_norm_workspace };
