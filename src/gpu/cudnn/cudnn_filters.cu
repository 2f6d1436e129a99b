#include "gpu/cudnn/cudnn_filters.h"

#include "gpu/core/gpu_launch.h"
#include "gpu/core/gpu_operands.h"

enum { THREADS = 256 };

template <typename T> static __global__ void write_filters(const float *w, struct cudnn_filters shape, T *to)
{
    GPU_EACH(i, shape.filters * shape.taps * shape.stride) {
        int64_t c = i % shape.stride, tap = i / shape.stride % shape.taps, k = i / shape.stride / shape.taps;

        operand_store(c < shape.channels ? w[(tap * shape.channels + c) * shape.filters + k] : 0.0f, to + i);
    }
}

template <typename T> static __global__ void read_filters(const T *from, struct cudnn_filters shape, float *dw)
{
    GPU_EACH(i, shape.taps * shape.channels * shape.filters) {
        int64_t k = i % shape.filters, c = i / shape.filters % shape.channels, tap = i / shape.filters / shape.channels;

        dw[i] = operand_value(from[(k * shape.taps + tap) * shape.stride + c]);
    }
}

template <typename T>
static void write_all_filters(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, T *to)
{
    gpu_launch(gpu, write_filters<T>, gpu_launch_blocks(gpu, shape->filters * shape->taps * shape->stride, THREADS),
               THREADS, w, *shape, to);
}

void cudnn_filters_write(struct gpu *gpu, const float *w, const struct cudnn_filters *shape, enum precision precision,
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
    gpu_launch(gpu, read_filters<T>, gpu_launch_blocks(gpu, shape->taps * shape->channels * shape->filters, THREADS),
               THREADS, from, *shape, dw);
}

void cudnn_filters_read(struct gpu *gpu, const void *from, const struct cudnn_filters *shape, enum precision precision,
                        float *dw)
{
    if (precision == PRECISION_BF16)
        read_all_filters(gpu, static_cast<const uint16_t *>(from), shape, dw);
    else
        read_all_filters(gpu, static_cast<const float *>(from), shape, dw);
}
