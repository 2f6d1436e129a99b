#include "gpu/ops/gpu_im2col.h"

#include "gpu/core/gpu_launch.h"
#include "gpu/core/gpu_operands.h"

/* What a window sees of one row of an image is contiguous in the image and in the patch, so a thread need not know
 * which channel its W numbers belong to. */
template <typename T, int W> static __global__ void unfold(const float *x, op_window window, T *patches, int64_t stride)
{
    const unsigned seen = (unsigned)(window.kernel_width * window.channels / W), patch = window.kernel_height * seen;
    const int line = window.width * window.channels, pixels = window.out_height * window.out_width;

    x += (int64_t)blockIdx.x * window.height * line;
    patches += blockIdx.x * (pixels * stride);
    PIXEL_EACH(pixel, pixels) {
        int top = pixel / window.out_width * window.stride - window.pad_top;
        int left = (pixel % window.out_width * window.stride - window.pad_left) * window.channels;

        for (unsigned i = threadIdx.x; i < patch; i += blockDim.x) {
            int row = top + (int)(i / seen), at = left + (int)(i % seen) * W;
            wide<float, W> numbers = {};

            if (row >= 0 && row < window.height && at >= 0 && at < line)
                numbers = wide_load<W>(x + (int64_t)row * line + at);
            operands_store(patches + pixel * stride + i * W, numbers);
        }
    }
}

/* Channel `channel` of dx at a pixel and those after it: a sum by rows of the window, then by its columns. */
template <int W>
static __device__ wide<float, W> folded(const float *patches, const op_window &window, int y, int x, int channel)
{
    const int patch = window.kernel_height * window.kernel_width * window.channels;
    wide<float, W> sum = {};

    for (int ky = y % window.stride, oy = y / window.stride; ky < window.kernel_height && oy >= 0;
         ky += window.stride, oy--)
        for (int kx = x % window.stride, ox = x / window.stride; kx < window.kernel_width && ox >= 0;
             kx += window.stride, ox--) {
            if (oy >= window.out_height || ox >= window.out_width)
                continue;

            int64_t pixel = (int64_t)oy * window.out_width + ox;
            wide<float, W> part =
                wide_load<W>(patches + pixel * patch + (ky * window.kernel_width + kx) * window.channels + channel);

            for (int k = 0; k < W; k++)
                sum.at[k] += part.at[k];
        }
    return sum;
}

template <int W> static __global__ void fold(const float *patches, op_window window, float *dx)
{
    const int pixels = window.height * window.width, out_pixels = window.out_height * window.out_width;
    const int patch = window.kernel_height * window.kernel_width * window.channels;

    patches += (int64_t)blockIdx.x * out_pixels * patch;
    dx += (int64_t)blockIdx.x * pixels * window.channels;
    PIXEL_EACH(pixel, pixels)
        for (int c = threadIdx.x * W; c < window.channels; c += blockDim.x * W)
            wide_store(dx + (int64_t)pixel * window.channels + c,
                       folded<W>(patches, window, pixel / window.width + window.pad_top,
                                 pixel % window.width + window.pad_left, c));
}

template <typename T>
static void unfold_images(struct gpu *gpu, const op_window *window, const float *x, int images, T *patches,
                          int64_t stride)
{
    int patch = window->kernel_height * window->kernel_width * window->channels;
    int pixels = window->out_height * window->out_width;
    bool quads = window->channels % QUAD == 0;
    dim3 block = gpu_launch_pixel_block(quads ? patch / QUAD : patch);

    gpu_launch(gpu, quads ? unfold<T, QUAD> : unfold<T, 1>, gpu_launch_pixel_grid(gpu, images, pixels, block), block, x,
               *window, patches, stride);
}

void gpu_im2col(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *x, int images,
                void *patches, int64_t stride)
{
    if (precision == PRECISION_BF16)
        unfold_images(gpu, window, x, images, static_cast<uint16_t *>(patches), stride);
    else
        unfold_images(gpu, window, x, images, static_cast<float *>(patches), stride);
}

void gpu_im2col_gradient(struct gpu *gpu, const struct op_window *window, const float *patches, int images, float *dx)
{
    bool quads = window->channels % QUAD == 0;
    dim3 block = gpu_launch_pixel_block(quads ? window->channels / QUAD : window->channels);
    dim3 grid = gpu_launch_pixel_grid(gpu, images, window->height * window->width, block);

    gpu_launch(gpu, quads ? fold<QUAD> : fold<1>, grid, block, patches, *window, dx);
}
