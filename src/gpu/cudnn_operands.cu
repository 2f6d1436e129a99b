#include "gpu/cudnn_operands.h"

#include "gpu/operands.h"
#include "gpu/pixels.h"

enum { THREADS = 256 };

template <typename From, typename To>
static __global__ void transpose(const From *from, int64_t rows, int64_t columns, To *to)
{
    GPU_EACH(i, rows * columns)
        operand_store(operand_value(from[i % rows * columns + i / rows]), to + i);
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

template <typename From, typename To>
static void transpose_all(struct gpu *gpu, const From *from, int64_t rows, int64_t columns, To *to)
{
    gpu_launch(gpu, transpose<From, To>, gpu_blocks(gpu, rows * columns, THREADS), THREADS, from, rows, columns, to);
}

void cudnn_transpose(struct gpu *gpu, const float *from, int64_t rows, int64_t columns, enum precision precision,
                     void *to)
{
    if (precision == PRECISION_BF16)
        transpose_all(gpu, from, rows, columns, static_cast<uint16_t *>(to));
    else
        transpose_all(gpu, from, rows, columns, static_cast<float *>(to));
}

void cudnn_transpose_back(struct gpu *gpu, const void *from, int64_t rows, int64_t columns, enum precision precision,
                          float *to)
{
    if (precision == PRECISION_BF16)
        transpose_all(gpu, static_cast<const uint16_t *>(from), rows, columns, to);
    else
        transpose_all(gpu, static_cast<const float *>(from), rows, columns, to);
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
