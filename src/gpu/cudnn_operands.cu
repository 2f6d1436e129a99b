#include "gpu/cudnn_operands.h"

#include "gpu/gpu_launch.h"
#include "gpu/operands.h"

enum { THREADS = 256 };

template <typename T> static __global__ void transpose(const float *from, int64_t rows, int64_t columns, T *to)
{
    GPU_EACH(i, rows * columns)
        operand_store(from[i % rows * columns + i / rows], to + i);
}

static __global__ void add_bias(float *y, int64_t count, int64_t channels, const float *bias, bool relu)
{
    GPU_EACH(i, count) {
        float sum = y[i] + (bias ? bias[i % channels] : 0.0f);

        y[i] = relu && sum < 0.0f ? 0.0f : sum;
    }
}

void cudnn_transpose(struct gpu *gpu, const float *from, int64_t rows, int64_t columns, enum precision precision,
                     void *to)
{
    unsigned blocks = gpu_blocks(gpu, rows * columns, THREADS);

    if (precision == PRECISION_BF16)
        gpu_launch(gpu, transpose<uint16_t>, blocks, THREADS, from, rows, columns, static_cast<uint16_t *>(to));
    else
        gpu_launch(gpu, transpose<float>, blocks, THREADS, from, rows, columns, static_cast<float *>(to));
}

void cudnn_add_bias(struct gpu *gpu, float *y, int64_t pixels, int64_t channels, const float *bias, bool relu)
{
    if (bias || relu)
        gpu_launch(gpu, add_bias, gpu_blocks(gpu, pixels * channels, THREADS), THREADS, y, pixels * channels, channels,
                   bias, relu);
}
