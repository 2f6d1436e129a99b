/* Global average pooling: one mean a channel and image. */
#include "kernels/column_sums.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

static void global_average_pool(const struct kernel_task *task)
{
    enum { CHUNK = 64 };
    const struct op_window *window = &task->op->window;
    int64_t pixels = (int64_t)window->height * window->width, channels = window->channels;
    struct share share = share_of(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++)
        for (int64_t c = 0; c < channels; c += CHUNK) {
            int64_t width = int64_min(channels - c, CHUNK);
            float *y = (float *)task->out[0] + image * channels + c;
            double sums[CHUNK] = { 0 };

            column_sums_add((const float *)task->in[0] + image * pixels * channels + c, pixels, width, channels, sums);
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
    struct share share = share_of(task->step->rows, 1, task->thread, task->threads);

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
