/* Max and average pooling, and their gradients. A thread makes W neighbouring channels of one pixel of the result. In a
 * gradient that is a pixel of the input, which adds up from all windows over it: so nothing is written twice, and the
 * order of a sum is fixed. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

enum { THREADS = 128 };

struct pixel {
    int y, x, c;
};

/* The first channel, and the pixel, of group number `group` of W channels. */
template <int W> static __device__ struct pixel pixel_of(int width, int channels, unsigned group)
{
    int groups = channels / W, row_groups = width * groups;
    int y = (int)group / row_groups, in_row = (int)group - y * row_groups, x = in_row / groups;

    return { y, x, (in_row - x * groups) * W };
}

static __device__ int offset_of(int width, int channels, int y, int x, int c)
{
    return (y * width + x) * channels + c;
}

/* first..end-1 */
struct range {
    int first, end;
};

/* The part of output `out`'s window that is within the image, along one axis. */
static __device__ struct range inside(int out, int stride, int pad, int kernel, int size)
{
    int start = out * stride - pad;

    return { max(0, -start), min(kernel, size - start) };
}

static __device__ struct range rows_inside(const struct op_window &w, int out_y)
{
    return inside(out_y, w.stride, w.pad_top, w.kernel_height, w.height);
}

static __device__ struct range columns_inside(const struct op_window &w, int out_x)
{
    return inside(out_x, w.stride, w.pad_left, w.kernel_width, w.width);
}

/* The outputs whose windows see input `in`, along one axis. */
static __device__ struct range windows_over(int in, int stride, int pad, int kernel, int outputs)
{
    int at = in + pad;

    return { at < kernel ? 0 : (at - kernel) / stride + 1, min(outputs, at / stride + 1) };
}

static __device__ struct range rows_over(const struct op_window &w, int y)
{
    return windows_over(y, w.stride, w.pad_top, w.kernel_height, w.out_height);
}

static __device__ struct range columns_over(const struct op_window &w, int x)
{
    return windows_over(x, w.stride, w.pad_left, w.kernel_width, w.out_width);
}

static __device__ float mean_factor(const struct op_window &w, struct range rows, struct range columns)
{
    int inside = (rows.end - rows.first) * (columns.end - columns.first);

    return 1.0f / (float)(w.counts_padding ? w.kernel_height * w.kernel_width : inside);
}

static __host__ __device__ int inputs_of(const struct op_window &w)
{
    return w.height * w.width * w.channels;
}

static __host__ __device__ int outputs_of(const struct op_window &w)
{
    return w.out_height * w.out_width * w.channels;
}

/* W maxima so far, and their positions in the window. */
template <int W> struct best {
    wide<float, W> most;
    wide<uint8_t, W> position;
};

/* A NaN wins, so that it shows. */
template <int W>
static __device__ __forceinline__ void compete(best<W> &best, const wide<float, W> &x, int position, bool first)
{
    for (int k = 0; k < W; k++)
        if (first || x.at[k] > best.most.at[k] || x.at[k] != x.at[k]) {
            best.most.at[k] = x.at[k];
            best.position.at[k] = (uint8_t)position;
        }
}

template <int W> static __global__ void max_pool(struct op_window w, const float *x, float *y, uint8_t *winner)
{
    const float *image = x + (int64_t)blockIdx.x * inputs_of(w);
    int64_t before = (int64_t)blockIdx.x * outputs_of(w);

    IMAGE_EACH(group, outputs_of(w) / W) {
        struct pixel out = pixel_of<W>(w.out_width, w.channels, group);
        struct range rows = rows_inside(w, out.y), columns = columns_inside(w, out.x);
        int top = out.y * w.stride - w.pad_top, left = out.x * w.stride - w.pad_left;
        best<W> best = {};
        bool first = true;

        for (int ky = rows.first; ky < rows.end; ky++)
            for (int kx = columns.first; kx < columns.end; kx++, first = false)
                compete(best, wide_load<W>(image + offset_of(w.width, w.channels, top + ky, left + kx, out.c)),
                        ky * w.kernel_width + kx, first);
        wide_store(y + before + group * W, best.most);
        if (winner)
            wide_store(winner + before + group * W, best.position);
    }
}

template <int W>
static __global__ void max_pool_gradient(struct op_window w, const float *dy, const uint8_t *winner, float *dx)
{
    int64_t before = (int64_t)blockIdx.x * outputs_of(w);

    dx += (int64_t)blockIdx.x * inputs_of(w);
    IMAGE_EACH(group, inputs_of(w) / W) {
        struct pixel in = pixel_of<W>(w.width, w.channels, group);
        struct range rows = rows_over(w, in.y), columns = columns_over(w, in.x);
        wide<float, W> sum = {};

        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++) {
                int64_t from = before + offset_of(w.out_width, w.channels, y, x, in.c);
                int here = (in.y + w.pad_top - y * w.stride) * w.kernel_width + in.x + w.pad_left - x * w.stride;
                wide<float, W> d = wide_load<W>(dy + from);
                wide<uint8_t, W> won = wide_load<W>(winner + from);

                for (int k = 0; k < W; k++)
                    sum.at[k] += won.at[k] == here ? d.at[k] : 0.0f;
            }
        wide_store(dx + group * W, sum);
    }
}

template <int W> static __global__ void average_pool(struct op_window w, const float *x, float *y)
{
    const float *image = x + (int64_t)blockIdx.x * inputs_of(w);

    y += (int64_t)blockIdx.x * outputs_of(w);
    IMAGE_EACH(group, outputs_of(w) / W) {
        struct pixel out = pixel_of<W>(w.out_width, w.channels, group);
        struct range rows = rows_inside(w, out.y), columns = columns_inside(w, out.x);
        int top = out.y * w.stride - w.pad_top, left = out.x * w.stride - w.pad_left;
        float factor = mean_factor(w, rows, columns);
        wide<float, W> sum = {};

        for (int ky = rows.first; ky < rows.end; ky++)
            for (int kx = columns.first; kx < columns.end; kx++) {
                wide<float, W> v = wide_load<W>(image + offset_of(w.width, w.channels, top + ky, left + kx, out.c));

                for (int k = 0; k < W; k++)
                    sum.at[k] += v.at[k];
            }
        for (int k = 0; k < W; k++)
            sum.at[k] *= factor;
        wide_store(y + group * W, sum);
    }
}

template <int W> static __global__ void average_pool_gradient(struct op_window w, const float *dy, float *dx)
{
    dy += (int64_t)blockIdx.x * outputs_of(w);
    dx += (int64_t)blockIdx.x * inputs_of(w);
    IMAGE_EACH(group, inputs_of(w) / W) {
        struct pixel in = pixel_of<W>(w.width, w.channels, group);
        struct range rows = rows_over(w, in.y), columns = columns_over(w, in.x);
        wide<float, W> sum = {};

        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++) {
                wide<float, W> d = wide_load<W>(dy + offset_of(w.out_width, w.channels, y, x, in.c));
                float factor = mean_factor(w, rows_inside(w, y), columns_inside(w, x));

                for (int k = 0; k < W; k++)
                    sum.at[k] += d.at[k] * factor;
            }
        wide_store(dx + group * W, sum);
    }
}

/* Else one channel at a time. */
static bool in_quads(const struct op_window &w)
{
    return w.channels % QUAD == 0;
}

/* For `count` numbers of each image. */
static dim3 grid_of(const struct gpu_task *task, int count)
{
    return gpu_launch_image_grid(task->gpu, task->rows, in_quads(task->op->window) ? count / QUAD : count, THREADS);
}

static void run_max_pool(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, in_quads(*w) ? max_pool<QUAD> : max_pool<1>, grid_of(task, outputs_of(*w)), THREADS, *w,
               task->in[0], task->out[0], task->out[1]);
}

static void run_max_pool_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, in_quads(*w) ? max_pool_gradient<QUAD> : max_pool_gradient<1>, grid_of(task, inputs_of(*w)),
               THREADS, *w, task->in[0], task->in[1], task->out[0]);
}

static void run_average_pool(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, in_quads(*w) ? average_pool<QUAD> : average_pool<1>, grid_of(task, outputs_of(*w)), THREADS,
               *w, task->in[0], task->out[0]);
}

static void run_average_pool_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, in_quads(*w) ? average_pool_gradient<QUAD> : average_pool_gradient<1>,
               grid_of(task, inputs_of(*w)), THREADS, *w, task->in[0], task->out[0]);
}

const struct gpu_kernel gpu_max_pool = { run_max_pool };
const struct gpu_kernel gpu_max_pool_gradient = { run_max_pool_gradient };
const struct gpu_kernel gpu_average_pool = { run_average_pool };
const struct gpu_kernel gpu_average_pool_gradient = { run_average_pool_gradient };
