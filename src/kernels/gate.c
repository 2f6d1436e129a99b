/* x times a factor for each channel of each image. The team shares the pixels, in the gradient the images, each of
 * which has sums of its own. */
#include <string.h>

#include "base/limits.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

/* to [pixels][channels] = from × factor [channels]; `to` may be `from`. */
static void multiply(const float *from, const float *factor, float *to, int64_t pixels, int64_t channels)
{
    for (int64_t pixel = 0; pixel < pixels; pixel++, from += channels, to += channels) {
        INDEPENDENT
        for (int64_t c = 0; c < channels; c++)
            to[c] = from[c] * factor[c];
    }
}

static void gate(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    int64_t channels = norm->channels, count;
    struct share share = team_share((int64_t)task->step->rows * norm->pixels, 1, task->thread, task->threads);

    for (int64_t pixel = share.begin; pixel < share.end; pixel += count) {
        int64_t image = pixel / norm->pixels, at = pixel * channels;

        count = int64_min(share.end, (image + 1) * norm->pixels) - pixel;
        multiply((const float *)task->in[0] + at, (const float *)task->in[1] + image * channels,
                 (float *)task->out[0] + at, count, channels);
    }
}

const struct kernel kernel_gate = { .run = gate };

/* Blocks of pixels × channels that stay in the first-level cache: floats within a block, doubles between blocks. */
enum { BLOCK_PIXELS = 64, BLOCK_CHANNELS = 64 };

/* Of up to BLOCK_PIXELS pixels and `width` channels: dx = dy × factor, and sums of x × dy. dx may be dy. */
VECTOR_INLINE void gradient_of_block(const float *x, const float *dy, const float *factor, float *dx, int64_t pixels,
                                     int64_t channels, int width, double *sums)
{
    float products[BLOCK_CHANNELS] = { 0 };

    for (int64_t at = 0; at < pixels * channels; at += channels) {
        INDEPENDENT
        for (int c = 0; c < width; c++) {
            products[c] += dy[at + c] * x[at + c];
            dx[at + c] = dy[at + c] * factor[c];
        }
    }
    for (int c = 0; c < width; c++)
        sums[c] += products[c];
}

static void gate_gradient(const struct kernel_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    int64_t pixels = norm->pixels, channels = norm->channels;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++)
        for (int64_t first = 0; first < channels; first += BLOCK_CHANNELS) {
            int width = (int)int64_min(channels - first, BLOCK_CHANNELS);
            double sums[BLOCK_CHANNELS] = { 0 };
            float *dfactor = (float *)task->out[1] + image * channels + first;

            for (int64_t pixel = 0; pixel < pixels; pixel += BLOCK_PIXELS) {
                int64_t at = (image * pixels + pixel) * channels + first;

                gradient_of_block((const float *)task->in[0] + at, (const float *)task->in[1] + at,
                                  (const float *)task->in[2] + image * channels + first, (float *)task->out[0] + at,
                                  int64_min(pixels - pixel, BLOCK_PIXELS), channels, width, sums);
            }
            for (int c = 0; c < width; c++)
                dfactor[c] = (float)sums[c];
        }
}

const struct kernel kernel_gate_gradient = { .run = gate_gradient };
