#include "gpu/core/gpu_conv_pool.h"

#include "gpu/core/gpu_launch.h"
#include "gpu/core/gpu_operands.h"

/* Bias and activation come last: the greatest sum is the greatest output. A NaN wins, so that it shows. */
template <typename T, int W>
static __global__ void pool(const T *sums, const float *bias, bool relu, op_window window, float *y, uint8_t *winner)
{
    const int channels = window.out_channels, width = window.out_width / 2, pixels = window.out_height / 2 * width;
    const int64_t line = (int64_t)window.out_width * channels, steps[] = { channels, line, line + channels };

    sums += (int64_t)blockIdx.x * window.out_height * window.out_width * channels;
    PIXEL_EACH(pixel, pixels)
        for (int c = threadIdx.x * W; c < channels; c += blockDim.x * W) {
            int64_t to = ((int64_t)blockIdx.x * pixels + pixel) * channels + c;
            const T *first = sums + 2 * (pixel / width * line + (int64_t)(pixel % width) * channels) + c;
            wide<float, W> best = operands_load<W>(first);
            wide<uint8_t, W> position = {};

            for (int i = 0; i < 3; i++) {
                wide<float, W> other = operands_load<W>(first + steps[i]);

                for (int k = 0; k < W; k++)
                    if (other.at[k] > best.at[k] || other.at[k] != other.at[k]) {
                        best.at[k] = other.at[k];
                        position.at[k] = (uint8_t)(i + 1);
                    }
            }
            for (int k = 0; k < W; k++) {
                best.at[k] += bias ? bias[c + k] : 0.0f;
                position.at[k] = relu && best.at[k] <= 0.0f ? (uint8_t)WINNER_NONE : position.at[k];
                best.at[k] = relu && best.at[k] < 0.0f ? 0.0f : best.at[k];
            }
            wide_store(y + to, best);
            if (winner)
                wide_store(winner + to, position);
        }
}

template <typename T, int W>
static __global__ void spread(const float *dy, const uint8_t *winner, op_window window, T *to, int64_t stride)
{
    const int channels = window.out_channels, height = window.out_height / 2, width = window.out_width / 2;
    const int pixels = window.out_height * window.out_width;

    PIXEL_EACH(pixel, pixels) {
        int y = pixel / window.out_width, x = pixel % window.out_width, position = y % 2 * 2 + x % 2;
        bool inside = y / 2 < height && x / 2 < width; /* an odd last row or column was left out */
        int64_t from = (((int64_t)blockIdx.x * height + y / 2) * width + x / 2) * channels;
        T *operands = to + ((int64_t)blockIdx.x * pixels + pixel) * stride;

        for (int c = threadIdx.x * W; c < channels; c += blockDim.x * W) {
            wide<float, W> gradient = {};

            if (inside) {
                wide<uint8_t, W> winners = wide_load<W>(winner + from + c);

                gradient = wide_load<W>(dy + from + c);
                for (int k = 0; k < W; k++)
                    gradient.at[k] = winners.at[k] == position ? gradient.at[k] : 0.0f;
            }
            operands_store(operands + c, gradient);
        }
    }
}

template <typename T>
static void pool_images(struct gpu *gpu, const op_window *window, const T *sums, const float *bias, int images,
                        float *y, uint8_t *winner)
{
    bool quads = window->out_channels % QUAD == 0;
    dim3 block = gpu_launch_pixel_block(quads ? window->out_channels / QUAD : window->out_channels);
    int pixels = window->out_height / 2 * (window->out_width / 2);

    gpu_launch(gpu, quads ? pool<T, QUAD> : pool<T, 1>, gpu_launch_pixel_grid(gpu, images, pixels, block), block, sums,
               bias, window->activation == ACTIVATION_RELU, *window, y, winner);
}

void gpu_conv_pool(struct gpu *gpu, const struct op_window *window, enum precision precision, const void *sums,
                   const float *bias, int images, float *y, uint8_t *winner)
{
    if (precision == PRECISION_BF16)
        pool_images(gpu, window, static_cast<const uint16_t *>(sums), bias, images, y, winner);
    else
        pool_images(gpu, window, static_cast<const float *>(sums), bias, images, y, winner);
}

template <typename T>
static void spread_images(struct gpu *gpu, const op_window *window, const float *dy, const uint8_t *winner, int images,
                          T *to, int64_t stride)
{
    bool quads = window->out_channels % QUAD == 0;
    dim3 block = gpu_launch_pixel_block(quads ? window->out_channels / QUAD : window->out_channels);

    gpu_launch(gpu, quads ? spread<T, QUAD> : spread<T, 1>,
               gpu_launch_pixel_grid(gpu, images, window->out_height * window->out_width, block), block, dy, winner,
               *window, to, stride);
}

void gpu_conv_pool_gradient(struct gpu *gpu, const struct op_window *window, enum precision precision, const float *dy,
                            const uint8_t *winner, int images, void *to, int64_t stride)
{
    if (precision == PRECISION_BF16)
        spread_images(gpu, window, dy, winner, images, static_cast<uint16_t *>(to), stride);
    else
        spread_images(gpu, window, dy, winner, images, static_cast<float *>(to), stride);
}
