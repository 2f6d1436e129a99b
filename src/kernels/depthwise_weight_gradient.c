/* The gradient of a depthwise convolution's weights: every thread sums x × dy over its output rows into a partial sum
 * of its own, several pixels at a time where the kernel is one of DEPTHWISE_FAST. Then the team adds the partial sums
 * in the order of the threads, each thread some of them. */
#include "kernels/depthwise_row.h"
#include "kernels/moments.h"
#include "kernels/vector.h"
#include "kernels/window_part.h"

enum { TILE_PIXELS = 8, KERNEL_MAX = 5 };

static int64_t weights_of(const struct op_window *w)
{
    return (int64_t)w->kernel_height * w->kernel_width * w->channels;
}

/* In a thread's workspace: db [C] in doubles, then dw [KH][KW][C]. */
static size_t workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return (size_t)op->window.channels * sizeof(double) + (size_t)weights_of(&op->window) * sizeof(float);
}

static double *bias_sums(const struct kernel_task *task, int thread)
{
    return kernel_workspace(task, thread);
}

static float *weight_sums(const struct kernel_task *task, int thread)
{
    return (float *)(bias_sums(task, thread) + task->op->window.channels);
}

/* One row of dy, and the image that its windows see. */
struct row {
    const struct op_window *window;
    const float *image, *dy;
    int out_y;
    float *sums;
};

VECTOR_INLINE vector load(const float *from)
{
    return *(const vector *)from;
}

/* Adds the products of channels first..C-1 of one pixel. */
static void one_pixel(const struct row *r, int out_x, int64_t first)
{
    const struct op_window *w = r->window;
    struct window_part part = window_part_of(w, r->out_y, out_x);
    int64_t channels = w->channels;
    const float *dy = r->dy + out_x * channels;

    for (int ky = part.y; ky < part.y_end; ky++)
        for (int kx = part.x; kx < part.x_end; kx++) {
            const float *x = r->image + ((int64_t)(part.top + ky) * w->width + part.left + kx) * channels;
            float *sums = r->sums + (ky * w->kernel_width + kx) * channels;

            INDEPENDENT
            for (int64_t c = first; c < channels; c++)
                sums[c] += x[c] * dy[c];
        }
}

VECTOR_INLINE void tile_vector(const struct row *r, struct window_part part, const float *x, const float *dy, int64_t c,
                               const int pixels, const int kernel, const int stride)
{
    int64_t channels = r->window->channels, x_row = r->window->width * channels;
    vector slopes[TILE_PIXELS];

#pragma GCC unroll 8
    for (int p = 0; p < pixels; p++)
        slopes[p] = load(dy + p * channels + c);
    for (int ky = part.y; ky < part.y_end; ky++, x += x_row) {
        float *to = r->sums + ky * kernel * channels + c;
        vector sums[KERNEL_MAX];

#pragma GCC unroll 5
        for (int kx = 0; kx < kernel; kx++)
            sums[kx] = load(to + kx * channels);
#pragma GCC unroll 20
        for (int i = 0; i < (pixels - 1) * stride + kernel; i++) {
            vector seen = load(x + i * channels + c);

#pragma GCC unroll 8
            for (int p = 0; p < pixels; p++)
                if (i >= p * stride && i < p * stride + kernel)
                    sums[i - p * stride] += seen * slopes[p];
        }
#pragma GCC unroll 5
        for (int kx = 0; kx < kernel; kx++)
            *(vector *)(to + kx * channels) = sums[kx];
    }
}

VECTOR_INLINE void tile(const struct row *r, int out_x, const int pixels, const int kernel, const int stride)
{
    const struct op_window *w = r->window;
    struct window_part part = window_part_of(w, r->out_y, out_x);
    int64_t channels = w->channels, c = 0;
    const float *x = r->image + ((int64_t)(part.top + part.y) * w->width + part.left) * channels;

    for (; c + LANES <= channels; c += LANES)
        tile_vector(r, part, x, r->dy + out_x * channels, c, pixels, kernel, stride);
    for (int p = 0; c < channels && p < pixels; p++)
        one_pixel(r, out_x + p, c);
}

#define TILES(kernel, stride)                                                                                          \
    static void tiles_##kernel##_##stride(const struct row *r, int out_x, int end)                                     \
    {                                                                                                                  \
        for (; end - out_x >= 8; out_x += 8)                                                                           \
            tile(r, out_x, 8, kernel, stride);                                                                         \
        for (; end - out_x >= 2; out_x += 2)                                                                           \
            tile(r, out_x, 2, kernel, stride);                                                                         \
        for (; out_x < end; out_x++)                                                                                   \
            tile(r, out_x, 1, kernel, stride);                                                                         \
    }
DEPTHWISE_FAST(TILES)

static void pixels(const struct row *r, int out_x, int end)
{
    for (; out_x < end; out_x++)
        one_pixel(r, out_x, 0);
}

static void (*way_of(const struct op_window *w))(const struct row *r, int out_x, int end)
{
#define WAY(kernel, step)                                                                                              \
    if (w->kernel_height == kernel && w->kernel_width == kernel && w->stride == step)                                  \
        return tiles_##kernel##_##step;
    DEPTHWISE_FAST(WAY)
    return pixels;
}

static struct share rows_of(const struct kernel_task *task, int thread)
{
    const struct op_window *w = &task->op->window;

    return team_share((int64_t)task->step->rows * w->out_height, 1, thread, task->threads);
}

static void run(const struct kernel_task *task)
{
    const struct op_window *w = &task->op->window;
    int64_t channels = w->channels, image_floats = (int64_t)w->height * w->width * channels;
    struct depthwise_inner inner = depthwise_inner_of(w);
    struct share share = rows_of(task, task->thread);
    struct row r = { .window = w, .sums = weight_sums(task, task->thread) };
    double *bias = bias_sums(task, task->thread);

    memset(bias, 0, (size_t)channels * sizeof *bias);
    memset(r.sums, 0, (size_t)weights_of(w) * sizeof *r.sums);
    for (int64_t row = share.begin; row < share.end; row++) {
        r.image = (const float *)task->in[0] + row / w->out_height * image_floats;
        r.dy = (const float *)task->in[1] + row * w->out_width * channels;
        r.out_y = (int)(row % w->out_height);
        pixels(&r, 0, inner.first);
        way_of(w)(&r, inner.first, inner.end);
        pixels(&r, inner.end, w->out_width);
        if (task->out[1])
            moments_sum(r.dy, w->out_width, channels, channels, bias);
    }
}

static void finish(const struct kernel_task *task)
{
    float *dw = task->out[0], *db = task->out[1];
    struct share share = team_share(weights_of(&task->op->window), LINE_FLOATS, task->thread, task->threads);

    for (int thread = 0; thread < task->threads; thread++) {
        const float *sums = weight_sums(task, thread);

        for (int64_t i = share.begin; i < share.end; i++)
            dw[i] = thread > 0 ? dw[i] + sums[i] : sums[i];
    }
    for (int64_t c = 0; db && task->thread == 0 && c < task->op->window.channels; c++) {
        double sum = 0.0;

        for (int thread = 0; thread < task->threads; thread++)
            sum += bias_sums(task, thread)[c];
        db[c] = (float)sum;
    }
}

const struct kernel kernel_depthwise_conv2d_weight_gradient = { .run = run, .workspace = workspace, .finish = finish };
