/* Nearest-neighbour upsampling: whole rows of channels are copied, and summed on the way back. */
#include <string.h>

#include "kernels/kernels.h"
#include "kernels/vector.h"

/* A row of pixels of the larger image is the unit of work forward, of the smaller one backward: rows share nothing. */
static void upsample(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;
    int64_t channels = w->channels, size = w->stride;
    struct share rows = team_share((int64_t)task->step->rows * w->out_height, 1, task->thread, task->threads);

    for (int64_t row = rows.begin; row < rows.end; row++) {
        int64_t image = row / w->out_height, above = row % w->out_height / size;
        const float *x = (const float *)task->in[0] + (image * w->height + above) * w->width * channels;
        float *y = (float *)task->out[0] + row * w->out_width * channels;

        for (int64_t column = 0; column < w->width; column++, x += channels)
            for (int64_t k = 0; k < size; k++, y += channels)
                memcpy(y, x, (size_t)channels * sizeof *y);
    }
}

const struct kernel kernel_upsample = { .run = upsample };

static void upsample_gradient(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;
    int64_t channels = w->channels, size = w->stride, line = w->out_width * channels;
    struct share rows = team_share((int64_t)task->step->rows * w->height, 1, task->thread, task->threads);

    for (int64_t row = rows.begin; row < rows.end; row++)
        for (int64_t column = 0; column < w->width; column++) {
            const float *dy = (const float *)task->in[0] + row * size * line + column * size * channels;
            float *dx = (float *)task->out[0] + (row * w->width + column) * channels;

            memset(dx, 0, (size_t)channels * sizeof *dx);
            for (int64_t k = 0; k < size * size; k++) {
                const float *from = dy + k / size * line + k % size * channels;

                INDEPENDENT
                for (int64_t c = 0; c < channels; c++)
                    dx[c] += from[c];
            }
        }
}

const struct kernel kernel_upsample_gradient = { .run = upsample_gradient };
