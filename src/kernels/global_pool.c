/* Global pools: one number for each channel of an image. The team shares the images. */
#include <string.h>

#include "kernels/moments.h"
#include "kernels/vector.h"

/* Channels at a time, so that sums, or maxima and their positions, stay in registers or the first-level cache. */
enum { CHUNK = 64 };

static void global_average_pool(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t pixels = (int64_t)window->height * window->width, channels = window->channels;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++)
        for (int64_t c = 0; c < channels; c += CHUNK) {
            int64_t width = int64_min(channels - c, CHUNK);
            float *y = (float *)task->out[0] + image * channels + c;
            double sums[CHUNK] = { 0 };

            moments_sum((const float *)task->in[0] + image * pixels * channels + c, pixels, width, channels, sums);
            for (int64_t i = 0; i < width; i++)
                y[i] = (float)(sums[i] / (double)pixels);
        }
}

const struct kernel kernel_global_average_pool = { .run = global_average_pool };

static void global_average_pool_gradient(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t pixels = (int64_t)window->height * window->width, channels = window->channels;
    float factor = 1.0f / (float)pixels;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++) {
        const float *dy = (const float *)task->in[0] + image * channels;
        float *dx = (float *)task->out[0] + image * pixels * channels;

        for (int64_t pixel = 0; pixel < pixels; pixel++, dx += channels) {
            INDEPENDENT
            for (int64_t c = 0; c < channels; c++)
                dx[c] = dy[c] * factor;
        }
    }
}

const struct kernel kernel_global_average_pool_gradient = { .run = global_average_pool_gradient };

/* `width` channels of an image; its pixels are `channels` floats apart. */
VECTOR_INLINE void max_of_image(const float *x, int64_t pixels, int64_t channels, int width, float *y, int32_t *winner)
{
    float best[CHUNK];
    int32_t position[CHUNK] = { 0 };

    memcpy(best, x, (size_t)width * sizeof *best);
    for (int64_t pixel = 1; pixel < pixels; pixel++) {
        x += channels;
        for (int c = 0; c < width; c++) {
            bool nan = x[c] != x[c] && best[c] == best[c]; /* the first NaN wins, and is seen */
            bool wins = x[c] > best[c] || nan;

            best[c] = wins ? x[c] : best[c];
            position[c] = wins ? (int32_t)pixel : position[c];
        }
    }
    memcpy(y, best, (size_t)width * sizeof *y);
    if (winner)
        memcpy(winner, position, (size_t)width * sizeof *winner);
}

static void global_max_pool(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    int64_t pixels = norm->pixels, channels = norm->channels;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++)
        for (int64_t c = 0; c < channels; c += CHUNK) {
            int64_t to = image * channels + c;

            max_of_image((const float *)task->in[0] + image * pixels * channels + c, pixels, channels,
                         (int)int64_min(channels - c, CHUNK), (float *)task->out[0] + to,
                         task->out[1] ? (int32_t *)task->out[1] + to : NULL);
        }
}

const struct kernel kernel_global_max_pool = { .run = global_max_pool };

static void global_max_pool_gradient(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    int64_t channels = norm->channels, floats = norm->pixels * channels;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++) {
        const float *dy = (const float *)task->in[0] + image * channels;
        const int32_t *winner = (const int32_t *)task->in[1] + image * channels;
        float *dx = (float *)task->out[0] + image * floats;

        memset(dx, 0, (size_t)floats * sizeof *dx);
        for (int64_t c = 0; c < channels; c++)
            dx[winner[c] * channels + c] = dy[c];
    }
}

const struct kernel kernel_global_max_pool_gradient = { .run = global_max_pool_gradient };
