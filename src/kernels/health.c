/* What looks at a step: norms of gradients, weights and updates, and ReLUs that are silent. */
#include <math.h>
#include <string.h>

#include "kernels/kernels.h"
#include "kernels/norms.h"

static size_t l2_norm_workspace(const struct op *op, int batch, int threads)
{
    (void)op;
    (void)batch;
    (void)threads;
    return sizeof(double);
}

static void l2_norm(const struct kernel_task *task)
{
    struct share share = team_share(task->op->update.count, LINE_FLOATS, task->thread, task->threads);
    const float *x = (const float *)task->in[0] + share.begin, *from = task->in[1];
    float *kept = task->out[1];
    int64_t count = share.end - share.begin;

    if (kept)
        memcpy(kept + share.begin, x, (size_t)count * sizeof *kept);
    *(double *)kernel_workspace(task, task->thread) =
        from ? norms_square_of_difference(x, from + share.begin, count) : norms_square(x, count);
}

/* The root, as squares of small numbers are none in fp32. */
static void l2_norm_finish(const struct kernel_task *task)
{
    double sum = 0.0;

    if (task->thread > 0)
        return;
    for (int thread = 0; thread < task->threads; thread++)
        sum += *(const double *)kernel_workspace(task, thread);
    *(float *)task->out[0] = (float)sqrt(sum);
}

const struct kernel kernel_l2_norm = { .run = l2_norm, .finish = l2_norm_finish, .workspace = l2_norm_workspace };

static size_t silent_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (size_t)op->norm.channels * sizeof(uint32_t);
}

static int64_t count_zeros(const uint32_t *heard, int channels)
{
    int64_t zeros = 0;

    for (int c = 0; c < channels; c++)
        zeros += heard[c] == 0;
    return zeros;
}

static void hear(const float *x, int64_t pixels, int channels, uint32_t *restrict heard)
{
    for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels)
        for (int c = 0; c < channels; c++)
            heard[c] |= x[c] != 0.0f;
}

/* Until each channel has been heard: most are in the first pixels. */
static void silent(const struct kernel_task *task)
{
    enum { PIXELS = 64 };
    const struct op_norm *norm = &task->op->norm;
    struct share share = team_share((int64_t)task->step->rows * norm->pixels, 1, task->thread, task->threads);
    uint32_t *heard = kernel_workspace(task, task->thread);
    const float *x = task->in[0];

    memset(heard, 0, (size_t)norm->channels * sizeof *heard);
    for (int64_t at = share.begin; at < share.end && count_zeros(heard, norm->channels) > 0; at += PIXELS) {
        int64_t end = at + PIXELS < share.end ? at + PIXELS : share.end;

        hear(x + at * norm->channels, end - at, norm->channels, heard);
    }
}

static void silent_finish(const struct kernel_task *task)
{
    int channels = task->op->norm.channels;
    uint32_t *heard = kernel_workspace(task, 0);

    if (task->thread > 0)
        return;
    for (int thread = 1; thread < task->threads; thread++)
        for (int c = 0; c < channels; c++)
            heard[c] |= ((const uint32_t *)kernel_workspace(task, thread))[c];
    *(float *)task->out[0] = (float)count_zeros(heard, channels);
}

const struct kernel kernel_silent = { .run = silent, .finish = silent_finish, .workspace = silent_workspace };
