/* Max and average pooling. The team shares the output rows, in gradients the images, as windows may overlap. */
#include <string.h>

#include "base/limits.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"
#include "kernels/window_part.h"

/* Channels at a time, so that maxima and their positions, or sums, stay in registers or the first-level cache. */
enum { CHUNK = 64 };

/* `width` channels of one output pixel of y and winner. */
VECTOR_INLINE void max_pixel(const struct op_window *window, struct window_part part, const float *image, int width,
                             float *y, uint8_t *winner)
{
    float best[CHUNK];
    int32_t position[CHUNK];
    bool first = true;

    for (int ky = part.y; ky < part.y_end; ky++)
        for (int kx = part.x; kx < part.x_end; kx++, first = false) {
            const float *x = image + ((int64_t)(part.top + ky) * window->width + part.left + kx) * window->channels;
            int32_t here = ky * window->kernel_width + kx;

            for (int c = 0; c < width; c++) {
                bool wins = first || x[c] > best[c] || x[c] != x[c]; /* a NaN wins, and is seen */

                best[c] = wins ? x[c] : best[c];
                position[c] = wins ? here : position[c];
            }
        }
    memcpy(y, best, (size_t)width * sizeof *y);
    for (int c = 0; winner && c < width; c++)
        winner[c] = (uint8_t)position[c];
}

static void max_pool(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t image_floats = (int64_t)window->height * window->width * window->channels;
    struct share share = team_share((int64_t)task->step->rows * window->out_height, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        const float *image = (const float *)task->in[0] + row / window->out_height * image_floats;

        for (int out_x = 0; out_x < window->out_width; out_x++) {
            struct window_part part = window_part_of(window, (int)(row % window->out_height), out_x);
            int64_t to = (row * window->out_width + out_x) * window->channels;

            for (int c = 0; c < window->channels; c += CHUNK) {
                int width = int_min(window->channels - c, CHUNK);

                max_pixel(window, part, image + c, width, (float *)task->out[0] + to + c,
                          task->out[1] ? (uint8_t *)task->out[1] + to + c : NULL);
            }
        }
    }
}

const struct kernel kernel_max_pool = { .run = max_pool };

/* Every pixel of the window adds dy where it won: no scattered writes. */
static void max_pool_gradient(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t channels = window->channels, image_floats = (int64_t)window->height * window->width * channels;
    struct share share =
        team_share((int64_t)task->step->rows * window->out_height, window->out_height, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        int out_y = (int)(row % window->out_height);
        float *image = (float *)task->out[0] + row / window->out_height * image_floats;

        if (out_y == 0)
            memset(image, 0, (size_t)image_floats * sizeof *image);
        for (int out_x = 0; out_x < window->out_width; out_x++) {
            struct window_part part = window_part_of(window, out_y, out_x);
            const float *dy = (const float *)task->in[0] + (row * window->out_width + out_x) * channels;
            const uint8_t *winner = (const uint8_t *)task->in[1] + (row * window->out_width + out_x) * channels;

            for (int ky = part.y; ky < part.y_end; ky++)
                for (int kx = part.x; kx < part.x_end; kx++) {
                    float *dx = image + ((int64_t)(part.top + ky) * window->width + part.left + kx) * channels;
                    int here = ky * window->kernel_width + kx;

                    INDEPENDENT
                    for (int64_t c = 0; c < channels; c++)
                        dx[c] += winner[c] == here ? dy[c] : 0.0f;
                }
        }
    }
}

const struct kernel kernel_max_pool_gradient = { .run = max_pool_gradient };

static inline float mean_factor(const struct op_window *window, struct window_part part)
{
    int inside = (part.y_end - part.y) * (part.x_end - part.x);

    return 1.0f / (float)(window->counts_padding ? window->kernel_height * window->kernel_width : inside);
}

static void average_pool(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t channels = window->channels, image_floats = (int64_t)window->height * window->width * channels;
    struct share share = team_share((int64_t)task->step->rows * window->out_height, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        const float *image = (const float *)task->in[0] + row / window->out_height * image_floats;

        for (int out_x = 0; out_x < window->out_width; out_x++) {
            struct window_part part = window_part_of(window, (int)(row % window->out_height), out_x);
            float *restrict y = (float *)task->out[0] + (row * window->out_width + out_x) * channels;
            float factor = mean_factor(window, part);

            memset(y, 0, (size_t)channels * sizeof *y);
            for (int ky = part.y; ky < part.y_end; ky++)
                for (int kx = part.x; kx < part.x_end; kx++) {
                    const float *x = image + ((int64_t)(part.top + ky) * window->width + part.left + kx) * channels;

                    for (int64_t c = 0; c < channels; c++)
                        y[c] += x[c];
                }
            for (int64_t c = 0; c < channels; c++)
                y[c] *= factor;
        }
    }
}

const struct kernel kernel_average_pool = { .run = average_pool };

static void average_pool_gradient(const struct kernel_task *task)
{
    const struct op_window *window = &task->op->window;
    int64_t channels = window->channels, image_floats = (int64_t)window->height * window->width * channels;
    struct share share =
        team_share((int64_t)task->step->rows * window->out_height, window->out_height, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        int out_y = (int)(row % window->out_height);
        float *image = (float *)task->out[0] + row / window->out_height * image_floats;

        if (out_y == 0)
            memset(image, 0, (size_t)image_floats * sizeof *image);
        for (int out_x = 0; out_x < window->out_width; out_x++) {
            struct window_part part = window_part_of(window, out_y, out_x);
            const float *dy = (const float *)task->in[0] + (row * window->out_width + out_x) * channels;
            float factor = mean_factor(window, part);

            for (int ky = part.y; ky < part.y_end; ky++)
                for (int kx = part.x; kx < part.x_end; kx++) {
                    float *dx = image + ((int64_t)(part.top + ky) * window->width + part.left + kx) * channels;

                    INDEPENDENT
                    for (int64_t c = 0; c < channels; c++)
                        dx[c] += dy[c] * factor;
                }
        }
    }
}

const struct kernel kernel_average_pool_gradient = { .run = average_pool_gradient };
