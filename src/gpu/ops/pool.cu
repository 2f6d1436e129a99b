/* Max and average pooling, and their gradients. A thread makes W neighbouring channels of one pixel of the result. In a
 * gradient that is a pixel of the input, which adds up from all windows over it: so nothing is written twice, and the
 * order of a sum is fixed. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"
#include "gpu/ops/window.h"

enum { THREADS = 128 };

static __device__ float mean_factor(const struct op_window &w, struct window_range rows, struct window_range columns)
{
    int inside = (rows.end - rows.first) * (columns.end - columns.first);

    return 1.0f / (float)(w.counts_padding ? w.kernel_height * w.kernel_width : inside);
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
    const float *image = x + (int64_t)blockIdx.x * window_inputs_of(w);
    int64_t before = (int64_t)blockIdx.x * window_outputs_of(w);

    IMAGE_EACH(group, window_outputs_of(w) / W) {
        struct window_pixel out = window_pixel_of<W>(w.out_width, w.channels, group);
        struct window_range rows = window_rows_inside(w, out.y), columns = window_columns_inside(w, out.x);
        int top = out.y * w.stride - w.pad_top, left = out.x * w.stride - w.pad_left;
        best<W> best = {};
        bool first = true;

        for (int ky = rows.first; ky < rows.end; ky++)
            for (int kx = columns.first; kx < columns.end; kx++, first = false)
                compete(best, wide_load<W>(image + window_offset_of(w.width, w.channels, top + ky, left + kx, out.c)),
                        ky * w.kernel_width + kx, first);
        wide_store(y + before + group * W, best.most);
        if (winner)
            wide_store(winner + before + group * W, best.position);
    }
}

template <int W>
static __global__ void max_pool_gradient(struct op_window w, const float *dy, const uint8_t *winner, float *dx)
{
    int64_t before = (int64_t)blockIdx.x * window_outputs_of(w);

    dx += (int64_t)blockIdx.x * window_inputs_of(w);
    IMAGE_EACH(group, window_inputs_of(w) / W) {
        struct window_pixel in = window_pixel_of<W>(w.width, w.channels, group);
        struct window_range rows = window_rows_over(w, in.y), columns = window_columns_over(w, in.x);
        wide<float, W> sum = {};

        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++) {
                int64_t from = before + window_offset_of(w.out_width, w.channels, y, x, in.c);
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
    const float *image = x + (int64_t)blockIdx.x * window_inputs_of(w);

    y += (int64_t)blockIdx.x * window_outputs_of(w);
    IMAGE_EACH(group, window_outputs_of(w) / W) {
        struct window_pixel out = window_pixel_of<W>(w.out_width, w.channels, group);
        struct window_range rows = window_rows_inside(w, out.y), columns = window_columns_inside(w, out.x);
        int top = out.y * w.stride - w.pad_top, left = out.x * w.stride - w.pad_left;
        float factor = mean_factor(w, rows, columns);
        wide<float, W> sum = {};

        for (int ky = rows.first; ky < rows.end; ky++)
            for (int kx = columns.first; kx < columns.end; kx++) {
                wide<float, W> v =
                    wide_load<W>(image + window_offset_of(w.width, w.channels, top + ky, left + kx, out.c));

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
    dy += (int64_t)blockIdx.x * window_outputs_of(w);
    dx += (int64_t)blockIdx.x * window_inputs_of(w);
    IMAGE_EACH(group, window_inputs_of(w) / W) {
        struct window_pixel in = window_pixel_of<W>(w.width, w.channels, group);
        struct window_range rows = window_rows_over(w, in.y), columns = window_columns_over(w, in.x);
        wide<float, W> sum = {};

        for (int y = rows.first; y < rows.end; y++)
            for (int x = columns.first; x < columns.end; x++) {
                wide<float, W> d = wide_load<W>(dy + window_offset_of(w.out_width, w.channels, y, x, in.c));
                float factor = mean_factor(w, window_rows_inside(w, y), window_columns_inside(w, x));

                for (int k = 0; k < W; k++)
                    sum.at[k] += d.at[k] * factor;
            }
        wide_store(dx + group * W, sum);
    }
}

static void run_max_pool(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, window_in_quads(*w) ? max_pool<QUAD> : max_pool<1>,
               window_grid(task, window_outputs_of(*w), THREADS), THREADS, *w, task->in[0], task->out[0], task->out[1]);
}

static void run_max_pool_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, window_in_quads(*w) ? max_pool_gradient<QUAD> : max_pool_gradient<1>,
               window_grid(task, window_inputs_of(*w), THREADS), THREADS, *w, task->in[0], task->in[1], task->out[0]);
}

static void run_average_pool(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, window_in_quads(*w) ? average_pool<QUAD> : average_pool<1>,
               window_grid(task, window_outputs_of(*w), THREADS), THREADS, *w, task->in[0], task->out[0]);
}

static void run_average_pool_gradient(const struct gpu_task *task)
{
    const struct op_window *w = &task->op->window;

    gpu_launch(task->gpu, window_in_quads(*w) ? average_pool_gradient<QUAD> : average_pool_gradient<1>,
               window_grid(task, window_inputs_of(*w), THREADS), THREADS, *w, task->in[0], task->out[0]);
}

const struct gpu_kernel gpu_max_pool = { run_max_pool };
const struct gpu_kernel gpu_max_pool_gradient = { run_max_pool_gradient };
const struct gpu_kernel gpu_average_pool = { run_average_pool };
const struct gpu_kernel gpu_average_pool_gradient = { run_average_pool_gradient };
