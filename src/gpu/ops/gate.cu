/* A factor for each channel of each image. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"
#include "gpu/core/wide.h"

enum { THREADS = 256 };

/* y may be x. */
template <int W>
static __global__ void multiply(const float *x, const float *factor, float *y, int pixels, int channels)
{
    factor += (int64_t)blockIdx.x * channels;
    x += (int64_t)blockIdx.x * pixels * channels;
    y += (int64_t)blockIdx.x * pixels * channels;
    IMAGE_EACH(group, pixels * channels / W) {
        wide<float, W> numbers = wide_load<W>(x + group * W), factors = wide_load<W>(factor + group * W % channels);

        for (int k = 0; k < W; k++)
            numbers.at[k] *= factors.at[k];
        wide_store(y + group * W, numbers);
    }
}

/* A block of WARP × STRIPS threads takes WARP channels of an image. A thread takes every STRIPS-th pixel of its
 * channel, then the sums of the strips are added in order. dx may be dy. */
enum { STRIPS = THREADS / WARP };

static __global__ void gradient(const float *x, const float *dy, const float *factor, float *dx, float *dfactor,
                                int pixels, int channels)
{
    __shared__ double sums[STRIPS][WARP];
    int lane = (int)threadIdx.x, strip = (int)threadIdx.y, c = (int)blockIdx.y * WARP + lane;
    int64_t first = (int64_t)blockIdx.x * pixels * channels + c, at = (int64_t)blockIdx.x * channels + c;
    float own = c < channels ? factor[at] : 0.0f;
    double sum = 0.0;

    for (int pixel = strip; c < channels && pixel < pixels; pixel += STRIPS) {
        int64_t i = first + (int64_t)pixel * channels;
        float d = dy[i];

        sum += d * x[i];
        dx[i] = d * own;
    }
    sums[strip][lane] = sum;
    __syncthreads();
    if (strip > 0 || c >= channels)
        return;
    for (int other = 1; other < STRIPS; other++)
        sum += sums[other][lane];
    dfactor[at] = (float)sum;
}

static void run_forward(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    int width = norm->channels % QUAD ? 1 : QUAD;

    gpu_launch(task->gpu, width == QUAD ? multiply<QUAD> : multiply<1>,
               gpu_launch_image_grid(task->gpu, task->rows, (int64_t)norm->pixels * norm->channels / width, THREADS),
               THREADS, task->in[0], task->in[1], task->out[0], norm->pixels, norm->channels);
}

static void run_gradient(const struct gpu_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    dim3 grid((unsigned)task->rows, (unsigned)int_ceil_div(norm->channels, WARP));

    gpu_launch(task->gpu, gradient, grid, dim3(WARP, STRIPS), task->in[0], task->in[1], task->in[2], task->out[0],
               task->out[1], norm->pixels, norm->channels);
}

const struct gpu_kernel gpu_gate = { run_forward };
const struct gpu_kernel gpu_gate_gradient = { run_gradient };
