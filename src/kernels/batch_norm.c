/* Batch normalisation (Ioffe and Szegedy, 2015): sums for each channel over all pixels of all images.
 *
 * Every thread sums over its pixels. After a barrier every thread adds up all partial sums for itself, in the order of
 * the threads: the same additions everywhere, so the same numbers, and no second barrier. Forward there is none at all
 * if the moments of x are given.
 *
 * Over the whole batch of several ranks it is the same in pieces, with sums over the ranks between them. */
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

static void add_team(const struct kernel_task *task, int channel, double *of_dy, double *of_product)
{
    *of_dy = *of_product = 0.0;
    for (int thread = 0; thread < task->threads; thread++) {
        struct workspace other = workspace_of(task, thread);

        *of_dy += other.first[channel];
        *of_product += other.second[channel];
    }
}

/* What its loop over pixels takes of a channel, from sums over `count` pixels. */
static void prepare_gradient(struct workspace w, int channel, float gamma, float inverse, double of_dy,
                             double of_product, double count)
{
    w.factor[channel] = gamma * inverse;
    w.offset[channel] = (float)(of_dy / count);
    w.center[channel] = (float)(of_product / count * inverse * inverse);
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
        double of_dy, of_product;

        add_team(task, c, &of_dy, &of_product);
        prepare_gradient(w, c, gamma[c], inverse[c], of_dy, of_product, count);
        if (task->thread == 0) {
            dgamma[c] = (float)(of_product * inverse[c]);
            dbeta[c] = (float)of_dy;
        }
    }
    gradient_pixels(x, dy, mean, w, task->out[0], share, norm->channels);
}

const struct kernel kernel_batch_norm_gradient = { .run = batch_norm_gradient, .workspace = batch_norm_workspace };

static void batch_norm_sums(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *mean = task->in[2], *inverse = mean + norm->channels;
    float *sums = task->out[0], *dgamma = task->out[1], *dbeta = task->out[2];
    struct workspace w = workspace_of(task, task->thread);
    struct share share = team_share(norm->channels, LINE_FLOATS, task->thread, task->threads);

    gradient_sums(task->in[0], task->in[1], mean, pixels_of(task, task->thread), norm->channels, w.first, w.second);
    kernel_barrier(task);
    for (int c = (int)share.begin; c < share.end; c++) {
        double of_dy, of_product;

        add_team(task, c, &of_dy, &of_product);
        sums[c] = dbeta[c] = (float)of_dy;
        sums[norm->channels + c] = (float)of_product;
        dgamma[c] = (float)(of_product * inverse[c]);
    }
}

const struct kernel kernel_batch_norm_sums = { .run = batch_norm_sums, .workspace = batch_norm_workspace };

static void batch_norm_input_gradient(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const float *gamma = task->in[2], *mean = task->in[3], *inverse = mean + norm->channels, *sums = task->in[4];
    struct workspace w = workspace_of(task, task->thread);
    double count = (double)step_whole(task->step) * norm->pixels;

    for (int c = 0; c < norm->channels; c++)
        prepare_gradient(w, c, gamma[c], inverse[c], sums[c], sums[norm->channels + c], count);
    gradient_pixels(task->in[0], task->in[1], mean, w, task->out[0], pixels_of(task, task->thread), norm->channels);
}

const struct kernel kernel_batch_norm_input_gradient = { .run = batch_norm_input_gradient,
                                                         .workspace = batch_norm_workspace };

static void clear_other_ranks(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const int64_t row = (int64_t)NORM_RANK_ROWS * norm->channels;
    struct share share = team_share(norm->ranks, 1, task->thread, task->threads);

    for (int64_t rank = share.begin; rank < share.end; rank++)
        if (rank != norm->rank)
            memset((float *)task->out[0] + rank * row, 0, (size_t)row * sizeof(float));
}

static void spread_moments(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const int channels = norm->channels;
    float *own = (float *)task->out[0] + (int64_t)norm->rank * NORM_RANK_ROWS * channels;
    struct share columns = team_share(channels, LINE_FLOATS, task->thread, task->threads);

    if (!task->in[1]) {
        struct moments moments = moments_of_thread(task, 0, channels);
        struct share pixels = pixels_of(task, task->thread);

        moments_add(moments, (const float *)task->in[0] + pixels.begin * channels, pixels.end - pixels.begin);
        moments_write(task, 0, channels, own + NORM_MEAN * channels);
    }
    for (int64_t c = columns.begin; c < columns.end; c++) {
        own[NORM_PIXELS * channels + c] = (float)task->step->rows * (float)norm->pixels;
        for (int row = NORM_MEAN; task->in[1] && row < NORM_RANK_ROWS; row++)
            own[row * channels + c] = ((const float *)task->in[1])[(row - NORM_MEAN) * channels + c];
    }
    clear_other_ranks(task);
}

static size_t spread_moments_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return moments_bytes(op->norm.channels);
}

const struct kernel kernel_spread_moments = { .run = spread_moments, .workspace = spread_moments_workspace };

/* Where no rank has brought any pixels, as when one of them is lost, a mean of 0 and a variance of 1. */
static void merge_moments(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const int channels = norm->channels;
    float *to = task->out[0];
    struct share share = team_share(channels, LINE_FLOATS, task->thread, task->threads);

    for (int64_t c = share.begin; c < share.end; c++) {
        double count = 0.0, mean = 0.0, deviation = 0.0;

        for (int rank = 0; rank < norm->ranks; rank++) {
            const float *of = (const float *)task->in[0] + ((int64_t)rank * NORM_RANK_ROWS * channels + c);

            moments_merge(of[NORM_PIXELS * channels], of[NORM_MEAN * channels], of[NORM_VARIANCE * channels], &count,
                          &mean, &deviation);
        }
        to[c] = (float)mean;
        to[channels + c] = count > 0.0 ? (float)(deviation / count) : 1.0f;
    }
}

const struct kernel kernel_merge_moments = { .run = merge_moments };
