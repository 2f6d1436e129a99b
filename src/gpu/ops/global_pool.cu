/* Global pools: one number for each channel and image. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

/* A block of WARP × STRIPS threads takes WARP channels of an image. A thread sums every STRIPS-th pixel of its channel,
 * then the strips are added in order. */
enum { STRIPS = THREADS / WARP };

static __global__ void means(const float *x, float *y, int pixels, int channels)
{
    __shared__ double sums[STRIPS][WARP];
    int lane = (int)threadIdx.x, strip = (int)threadIdx.y, c = (int)blockIdx.y * WARP + lane;
    double sum = 0.0;

    x += (int64_t)blockIdx.x * pixels * channels + c;
    for (int pixel = strip; c < channels && pixel < pixels; pixel += STRIPS)
        sum += x[(int64_t)pixel * channels];
    sums[strip][lane] = sum;
    __syncthreads();
    if (strip > 0 || c >= channels)
        return;
    for (int other = 1; other < STRIPS; other++)
        sum += sums[other][lane];
    y[(int64_t)blockIdx.x * channels + c] = (float)(sum / pixels);
}

template <int W> static __global__ void spread(const float *dy, float *dx, int pixels, int channels, float factor)
{
    dy += (int64_t)blockIdx.x * channels;
    dx += (int64_t)blockIdx.x * pixels * channels;
    IMAGE_EACH(group, pixels * channels / W) {
        wide<float, W> d = wide_load<W>(dy + group * W % channels);

        for (int k = 0; k < W; k++)
            d.at[k] *= factor;
        wide_store(dx + group * W, d);
    }
}

/* Whether a value, at its pixel, goes before another: the greatest, of equals the first. A NaN is greater than all. */
static __device__ __forceinline__ bool goes_before(float a, int pixel, float b, int other)
{
    bool a_nan = a != a, b_nan = b != b;

    return a_nan || b_nan ? a_nan && (!b_nan || pixel < other) : a > b || (a == b && pixel < other);
}

/* In strips as the means. A strip without pixels has pixel `pixels` of the lowest value. */
static __global__ void maxima(const float *x, float *y, int32_t *winner, int pixels, int channels)
{
    __shared__ float values[STRIPS][WARP];
    __shared__ int places[STRIPS][WARP];
    int lane = (int)threadIdx.x, strip = (int)threadIdx.y, c = (int)blockIdx.y * WARP + lane, best = pixels;
    float greatest = -INFINITY;

    x += (int64_t)blockIdx.x * pixels * channels + c;
    for (int pixel = strip; c < channels && pixel < pixels; pixel += STRIPS) {
        float here = x[(int64_t)pixel * channels];

        if (goes_before(here, pixel, greatest, best)) {
            greatest = here;
            best = pixel;
        }
    }
    values[strip][lane] = greatest;
    places[strip][lane] = best;
    __syncthreads();
    if (strip > 0 || c >= channels)
        return;
    for (int other = 1; other < STRIPS; other++)
        if (goes_before(values[other][lane], places[other][lane], greatest, best)) {
            greatest = values[other][lane];
            best = places[other][lane];
        }
    y[(int64_t)blockIdx.x * channels + c] = greatest;
    if (winner)
        winner[(int64_t)blockIdx.x * channels + c] = best;
}

static __global__ void to_winner(const float *dy, const int32_t *winner, float *dx, int pixels, int channels)
{
    dy += (int64_t)blockIdx.x * channels;
    winner += (int64_t)blockIdx.x * channels;
    dx += (int64_t)blockIdx.x * pixels * channels;
    IMAGE_EACH(i, pixels * channels)
        dx[i] = winner[i % channels] == (int32_t)(i / channels) ? dy[i % channels] : 0.0f;
}

static void run_max(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    dim3 grid((unsigned)task->rows, (unsigned)int_ceil_div(norm->channels, WARP));

    gpu_launch(task->gpu, maxima, grid, dim3(WARP, STRIPS), task->in[0], task->out[0], task->out[1], norm->pixels,
               norm->channels);
}

static void run_max_gradient(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;

    gpu_launch(task->gpu, to_winner,
               gpu_launch_image_grid(task->gpu, task->rows, (int64_t)norm->pixels * norm->channels, THREADS), THREADS,
               task->in[0], task->in[1], task->out[0], norm->pixels, norm->channels);
}

static void run_mean(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    dim3 grid((unsigned)task->rows, (unsigned)int_ceil_div(w->channels, WARP));

    gpu_launch(task->gpu, means, grid, dim3(WARP, STRIPS), task->in[0], task->out[0], w->height * w->width,
               w->channels);
}

static void run_mean_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    int pixels = w->height * w->width, width = w->channels % QUAD ? 1 : QUAD;

    gpu_launch(task->gpu, width == QUAD ? spread<QUAD> : spread<1>,
               gpu_launch_image_grid(task->gpu, task->rows, pixels * w->channels / width, THREADS), THREADS,
               task->in[0], task->out[0], pixels, w->channels, 1.0f / (float)pixels);
}

const struct gpu_kernel gpu_global_average_pool = { run_mean };
const struct gpu_kernel gpu_global_average_pool_gradient = { run_mean_gradient };
const struct gpu_kernel gpu_global_max_pool = { run_max };
const struct gpu_kernel gpu_global_max_pool_gradient = { run_max_gradient };
