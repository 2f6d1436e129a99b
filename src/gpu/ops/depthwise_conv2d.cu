/* Depthwise convolutions and their gradients. A thread makes W neighbouring channels of one pixel of y, or of dx, which
 * adds up the windows over it. The gradient of a weight is a sum down the pixels of y, of which a matrix has one row
 * each and one column a weight. */
#include "gpu/core/wide.h"
#include "gpu/ops/column_gather.h"
#include "gpu/ops/gpu_activation.h"
#include "gpu/ops/gpu_columns.h"
#include "gpu/ops/window.h"

enum { THREADS = 128 };

template <int W>
static __device__ __forceinline__ void add_product(wide<float, W> &sum, const wide<float, W> &a,
                                                   const wide<float, W> &b)
{
    for (int k = 0; k < W; k++)
        sum.at[k] += a.at[k] * b.at[k];
}

template <int W>
static __global__ void convolve(struct op_window w, bool relu, const float *x, const float *weights, const float *bias,
                                float *y)
{
    const float *image = x + (int64_t)blockIdx.x * window_inputs_of(w);

    y += (int64_t)blockIdx.x * window_outputs_of(w);
    IMAGE_EACH(group, window_outputs_of(w) / W) {
        struct window_pixel out = window_pixel_of<W>(w.out_width, w.channels, group);
        struct window_range rows = window_rows_inside(w, out.y), columns = window_columns_inside(w, out.x);
        int top = out.y * w.stride - w.pad_top, left = out.x * w.stride - w.pad_left;
        wide<float, W> sum = {};

        if (bias)
            sum = wide_load<W>(bias + out.c);
        for (int ky = rows.first; ky < rows.end; ky++)
            for (int kx = columns.first; kx < columns.end; kx++)
                add_product<W>(sum,
                               wide_load<W>(image + window_offset_of(w.width, w.channels, top + ky, left + kx, out.c)),
                               wide_load<W>(weights + (ky * w.kernel_width + kx) * w.channels + out.c));
        for (int k = 0; k < W; k++)
            sum.at[k] = relu && sum.at[k] < 0.0f ? 0.0f : sum.at[k]; /* a NaN stays one */
        wide_store(y + group * W, sum);
    }
}

template <int W>
static __global__ void input_gradient(struct op_window w, const float *dy, const float *weights, float *dx)
{
    dy += (int64_t)blockIdx.x * window_outputs_of(w);
    dx += (int64_t)blockIdx.x * window_inputs_of(w);
    IMAGE_EACH(group, window_inputs_of(w) / W) {
        struct window_pixel in = window_pixel_of<W>(w.width, w.channels, group);
        struct window_range rows = window_rows_over(w, in.y), columns = window_columns_over(w, in.x);
        wide<float, W> sum = {};

        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++) {
                int ky = in.y + w.pad_top - y * w.stride, kx = in.x + w.pad_left - x * w.stride;

                add_product<W>(sum, wide_load<W>(dy + window_offset_of(w.out_width, w.channels, y, x, in.c)),
                               wide_load<W>(weights + (ky * w.kernel_width + kx) * w.channels + in.c));
            }
        wide_store(dx + group * W, sum);
    }
}

/* Sums of x × dy: a column for each weight, a row for each pixel of y. */
struct product_sums {
    struct part {
        double sum;
    };

    struct op_window w;
    const float *x, *dy;
    float *dw;

    __device__ void add(part &p, int64_t column, int64_t row, int64_t end, int64_t step) const
    {
        int tap = (int)(column / w.channels), c = (int)(column - (int64_t)tap * w.channels);
        int ky = tap / w.kernel_width, kx = tap - ky * w.kernel_width, pixels = w.out_height * w.out_width;
        float sum = 0.0f;

        for (; row < end; row += step) {
            int64_t image = row / pixels;
            int pixel = (int)(row - image * pixels), out_y = pixel / w.out_width;
            int y = out_y * w.stride - w.pad_top + ky,
                x_at = (pixel - out_y * w.out_width) * w.stride - w.pad_left + kx;

            if (y >= 0 && y < w.height && x_at >= 0 && x_at < w.width)
                sum += dy[row * w.channels + c] *
                       x[image * window_inputs_of(w) + window_offset_of(w.width, w.channels, y, x_at, c)];
        }
        p.sum += sum;
    }
    __device__ void merge(part &p, const part &other) const
    {
        p.sum += other.sum;
    }
    __device__ void finish(const part &p, int64_t column) const
    {
        dw[column] = (float)p.sum;
    }
};

static int64_t weights_of(const struct op_window *w)
{
    return (int64_t)w->kernel_height * w->kernel_width * w->channels;
}

static size_t forward_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return op->out[1] != VALUE_NONE ? gpu_columns_moments_bytes(gpu, op->window.channels) : 0;
}

static size_t weight_gradient_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    (void)batch;
    return size_max(column_gather_bytes<product_sums>(gpu, weights_of(&op->window)),
                    op->out[1] != VALUE_NONE ? gpu_columns_sum_bytes(gpu, op->window.channels) : 0);
}

static void run_forward(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const int outputs = window_outputs_of(*w);

    gpu_launch(task->gpu, window_in_quads(*w) ? convolve<QUAD> : convolve<1>, window_grid(task, outputs, THREADS),
               THREADS, *w, w->activation == ACTIVATION_RELU, task->in[0], task->in[1], task->in[2], task->out[0]);
    gpu_activation_of_output(task, w->activation, w->slope, outputs);
    if (task->out[1])
        gpu_columns_moments(task->gpu, static_cast<float *>(task->out[0]),
                            (int64_t)task->rows * w->out_height * w->out_width, w->channels, task->gpu->workspace,
                            static_cast<float *>(task->out[1]));
}

static void run_input_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, window_in_quads(*w) ? input_gradient<QUAD> : input_gradient<1>,
               window_grid(task, window_inputs_of(*w), THREADS), THREADS, *w, task->in[0], task->in[1], task->out[0]);
}

static void run_weight_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;
    const float *x = static_cast<float *>(task->in[0]), *dy = static_cast<float *>(task->in[1]);
    int64_t pixels = (int64_t)task->rows * w->out_height * w->out_width;

    column_gather(task->gpu, product_sums{ *w, x, dy, static_cast<float *>(task->out[0]) }, pixels, weights_of(w),
                  task->gpu->workspace);
    if (task->out[1])
        gpu_columns_sum(task->gpu, dy, NULL, pixels, w->channels, task->gpu->workspace,
                        static_cast<float *>(task->out[1]));
}

const struct gpu_kernel gpu_depthwise_conv2d = { run_forward, forward_workspace };
const struct gpu_kernel gpu_depthwise_conv2d_input_gradient = { run_input_gradient };
const struct gpu_kernel gpu_depthwise_conv2d_weight_gradient = { run_weight_gradient, weight_gradient_workspace };
