/* Nearest-neighbour upsampling. A row of threads makes one pixel of the result, forward of the larger image, backward
 * of the smaller one, which adds up the pixels that repeat it: so nothing is written twice, and the order of a sum is
 * fixed. */
#include "gpu/core/gpu_launch.h"

static __global__ void repeat(struct op_window w, const float *x, float *y)
{
    x += (int64_t)blockIdx.x * w.height * w.width * w.channels;
    y += (int64_t)blockIdx.x * w.out_height * w.out_width * w.channels;
    PIXEL_EACH(pixel, w.out_height * w.out_width) {
        int from = pixel / w.out_width / w.stride * w.width + pixel % w.out_width / w.stride;

        for (int c = (int)threadIdx.x; c < w.channels; c += (int)blockDim.x)
            y[(int64_t)pixel * w.channels + c] = x[(int64_t)from * w.channels + c];
    }
}

static __global__ void add_repeated(struct op_window w, const float *dy, float *dx)
{
    dy += (int64_t)blockIdx.x * w.out_height * w.out_width * w.channels;
    dx += (int64_t)blockIdx.x * w.height * w.width * w.channels;
    PIXEL_EACH(pixel, w.height * w.width) {
        int64_t first = (int64_t)(pixel / w.width * w.out_width + pixel % w.width) * w.stride;

        for (int c = (int)threadIdx.x; c < w.channels; c += (int)blockDim.x) {
            float sum = 0.0f;

            for (int row = 0; row < w.stride; row++)
                for (int column = 0; column < w.stride; column++)
                    sum += dy[(first + (int64_t)row * w.out_width + column) * w.channels + c];
            dx[(int64_t)pixel * w.channels + c] = sum;
        }
    }
}

static void run(const struct gpu_task *task, void (*kernel)(struct op_window, const float *, float *), int pixels)
{
    dim3 block = gpu_launch_pixel_block(task->op->window.channels);

    gpu_launch(task->gpu, kernel, gpu_launch_pixel_grid(task->gpu, task->rows, pixels, block), block, task->op->window,
               task->in[0], task->out[0]);
}

static void run_forward(const struct gpu_task *task)
{
    run(task, repeat, task->op->window.out_height * task->op->window.out_width);
}

static void run_gradient(const struct gpu_task *task)
{
    run(task, add_repeated, task->op->window.height * task->op->window.width);
}

const struct gpu_kernel gpu_upsample = { run_forward };
const struct gpu_kernel gpu_upsample_gradient = { run_gradient };
