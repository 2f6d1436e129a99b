/* Global average pooling: one mean for each channel and image. */
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

static void run_forward(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    dim3 grid((unsigned)task->rows, (unsigned)int_ceil_div(w->channels, WARP));

    gpu_launch(task->gpu, means, grid, dim3(WARP, STRIPS), task->in[0], task->out[0], w->height * w->width,
               w->channels);
}

static void run_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    int pixels = w->height * w->width, width = w->channels % QUAD ? 1 : QUAD;

    gpu_launch(task->gpu, width == QUAD ? spread<QUAD> : spread<1>,
               gpu_launch_image_grid(task->gpu, task->rows, pixels * w->channels / width, THREADS), THREADS,
               task->in[0], task->out[0], pixels, w->channels, 1.0f / (float)pixels);
}

const struct gpu_kernel gpu_global_average_pool = { run_forward };
const struct gpu_kernel gpu_global_average_pool_gradient = { run_gradient };
