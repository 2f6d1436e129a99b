#include "gpu/cudnn/cudnn_filters.h"

#include "gpu/core/gpu_operands.h"
#include "gpu/core/pixels.h"

enum { THREADS = 256 };

template <typename T>
static __global__ void write_filters(const float *w, struct cudnn_filters shape, T *to)
{
    GPU_EACH(i, shape.filters * shape.taps * shape.stride) {
        int64_t c = i % shape.stride, tap = i / shape.stride % shape.taps, k = i / shape.stride / shape.taps;

        operand_store(c < shape.channels ? w[(tap * shape.channels + c) * shape.filters + k] : 0.0f, to + i);
    }
}

template <typename T>
static __global__ void read_filters(const T *from, struct cudnn_filters shape, float *dw)
{
    GPU_EACH(i, shape.taps * shape.channels * shape.filters) {
        int64_t k = i % shape.filters, c = i / shape.filters % shape.channels, tap = i / shape.filters / shape.channels;

        dw[i] = operand_value(from[(k * shape.taps + tap) * shape.stride + c]);
    }
}

template <typename T, int W>
static __global__ void add_bias(const T *from, int64_t pixels, int64_t channels, const float *bias, bool relu, float *y)
{
    for (int64_t pixel = (int64_t)blockIdx.x * blockDim.y + threadIdx.y; pixel < pixels;
         pixel += (int64_t)gridDim.x * blockDim.y)
        for (int64_t c = threadIdx.x * W; c < channels; c += blockDim.x * W) {
            wide<float, W> sums = operands_load<W>(from + pixel * channels + c);

            for (int k = 0; k < W; k++) {
                sums.at[k] += bias ? bias[c + k] : 0.0f;
                sums.at[k] = relu && sums.at[k] < 0.0f ? 0.0f : sums.at[k];
            }
            wide_store(y + pixel * channels + c, sums);
        }
}

template <typename T>
static void write_all_filters(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, T *to)
{
    gpu_launch(gpu, write_filters<T>, gpu_blocks(gpu, shape->filters * shape->taps * shape->stride, THREADS), THREADS,
               w, *shape, to);
}

void cudnn_write_filters(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, enum precision precision,
                         void *to)
{
    if (precision == PRECISION_BF16)
        write_all_filters(gpu, w, shape, static_cast<uint16_t *>(to));
    else
        write_all_filters(gpu, w, shape, static_cast<float *>(to));
}

template <typename T>
static void read_all_filters(struct gpu *gpu, const T *from, const struct cudnn_filters *shape, float *dw)
{
    gpu_launch(gpu, read_filters<T>, gpu_blocks(gpu, shape->taps * shape->channels * shape->filters, THREADS), THREADS,
               from, *shape, dw);
}

void cudnn_read_filters(struct gpu *gpu, const void *from, const struct cudnn_filters *shape, enum precision precision,
                        float *dw)
{
    if (precision == PRECISION_BF16)
        read_all_filters(gpu, static_cast<const uint16_t *>(from), shape, dw);
    else
        read_all_filters(gpu, static_cast<const float *>(from), shape, dw);
}

template <typename T>
static void add_bias_to(struct gpu *gpu, const T *from, int64_t pixels, int64_t channels, const float *bias, bool relu,
                        float *y)
{
    bool quads = channels % QUAD == 0;
    int64_t numbers = quads ? channels / QUAD : channels;
    dim3 block = pixels_block(numbers < PIXELS_LANES ? (int)numbers : PIXELS_LANES);

    gpu_launch(gpu, quads ? add_bias<T, QUAD> : add_bias<T, 1>, gpu_blocks(gpu, pixels * block.x, PIXELS_THREADS), block,
               from, pixels, channels, bias, relu, y);
}

void cudnn_add_bias(struct gpu *gpu, const void *from, enum precision precision, int64_t pixels, int64_t channels,
                    const float *bias, bool relu, float *y)
{
    if (precision == PRECISION_BF16)
        add_bias_to(gpu, static_cast<const uint16_t *>(from), pixels, channels, bias, relu, y);
    else if (from != y || bias || relu)
        add_bias_to(gpu, static_cast<const float *>(from), pixels, channels, bias, relu, y);
}
