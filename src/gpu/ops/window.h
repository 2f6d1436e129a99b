/* Where windows and pixels are, for kernels whose threads make some neighbouring channels of one pixel. */
#ifndef GPU_WINDOW_H
#define GPU_WINDOW_H

#include "gpu/core/gpu_launch.h"
#include "gpu/core/wide.h"

struct window_pixel {
    int y, x, c;
};

/* The first channel, and the pixel, of group number `group` of W channels. */
template <int W> static inline __device__ struct window_pixel window_pixel_of(int width, int channels, unsigned group)
{
    int groups = channels / W, row_groups = width * groups;
    int y = (int)group / row_groups, in_row = (int)group - y * row_groups, x = in_row / groups;

    return { y, x, (in_row - x * groups) * W };
}

static inline __device__ int window_offset_of(int width, int channels, int y, int x, int c)
{
    return (y * width + x) * channels + c;
}

/* first..end-1 */
struct window_range {
    int first, end;
};

/* The part of output `out`'s window that is within the image, along one axis. */
static inline __device__ struct window_range window_inside(int out, int stride, int pad, int kernel, int size)
{
    int start = out * stride - pad;

    return { max(0, -start), min(kernel, size - start) };
}

static inline __device__ struct window_range window_rows_inside(const struct op_window &w, int out_y)
{
    return window_inside(out_y, w.stride, w.pad_top, w.kernel_height, w.height);
}

static inline __device__ struct window_range window_columns_inside(const struct op_window &w, int out_x)
{
    return window_inside(out_x, w.stride, w.pad_left, w.kernel_width, w.width);
}

/* The outputs whose windows see input `in`, along one axis. */
static inline __device__ struct window_range window_over(int in, int stride, int pad, int kernel, int outputs)
{
    int at = in + pad;

    return { at < kernel ? 0 : (at - kernel) / stride + 1, min(outputs, at / stride + 1) };
}

static inline __device__ struct window_range window_rows_over(const struct op_window &w, int y)
{
    return window_over(y, w.stride, w.pad_top, w.kernel_height, w.out_height);
}

static inline __device__ struct window_range window_columns_over(const struct op_window &w, int x)
{
    return window_over(x, w.stride, w.pad_left, w.kernel_width, w.out_width);
}

static inline __host__ __device__ int window_inputs_of(const struct op_window &w)
{
    return w.height * w.width * w.channels;
}

static inline __host__ __device__ int window_outputs_of(const struct op_window &w)
{
    return w.out_height * w.out_width * w.channels;
}

static inline bool window_in_quads(const struct op_window &w)
{
    return w.channels % QUAD == 0;
}

/* For `count` numbers of each image, a thread a quad where channels are quads. */
static inline dim3 window_grid(const struct gpu_task *task, int count, int threads)
{
    return gpu_launch_image_grid(task->gpu, task->rows, window_in_quads(task->op->window) ? count / QUAD : count,
                                 threads);
}

#endif
