#include "gpu/core/gpu_operands.h"

#include "gpu/core/gpu_launch.h"

template <int W> static __device__ void round_rows(const struct gpu_rounding &m)
{
    ROW_EACH(row, m.rows)
        for (int64_t i = threadIdx.x * W; i < m.stride; i += blockDim.x * W) {
            wide<float, W> numbers = {};

            if (i < m.columns)
                numbers = wide_load<W>(m.x + row * m.columns + i);
            operands_store(m.y + row * m.stride + i, numbers);
        }
}

/* blockIdx.y says which. */
template <int W> static __global__ void round_matrices(struct gpu_rounding first, struct gpu_rounding second)
{
    if (blockIdx.y == 0)
        round_rows<W>(first);
    else
        round_rows<W>(second);
}

/* The first `count` of two. Strides are multiples of 8 elements. */
static void round_some(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second,
                       unsigned count)
{
    const bool quads = first->columns % QUAD == 0 && second->columns % QUAD == 0;
    const dim3 block = gpu_launch_pixel_block(int64_max(first->stride, second->stride) / (quads ? QUAD : 1));
    const unsigned blocks = gpu_launch_row_blocks(gpu, int64_max(first->rows, second->rows), block);

    gpu_launch(gpu, quads ? round_matrices<QUAD> : round_matrices<1>, dim3(blocks, count), block, *first, *second);
}

void gpu_operands_round(struct gpu *gpu, const struct gpu_rounding *matrix)
{
    round_some(gpu, matrix, matrix, 1);
}

void gpu_operands_round_two(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second)
{
    round_some(gpu, first, second, 2);
}

template <typename T, int W>
static __global__ void add_bias(const T *sums, int64_t rows, int64_t columns, const float *bias, bool relu, float *y)
{
    ROW_EACH(row, rows)
        for (int64_t c = threadIdx.x * W; c < columns; c += blockDim.x * W) {
            wide<float, W> numbers = operands_load<W>(sums + row * columns + c);

            for (int k = 0; k < W; k++) {
                numbers.at[k] += bias ? bias[c + k] : 0.0f;
                numbers.at[k] = relu && numbers.at[k] < 0.0f ? 0.0f : numbers.at[k];
            }
            wide_store(y + row * columns + c, numbers);
        }
}

template <typename T>
static void add_bias_to(struct gpu *gpu, const T *sums, int64_t rows, int64_t columns, const float *bias, bool relu,
                        float *y)
{
    bool quads = columns % QUAD == 0;
    dim3 block = gpu_launch_pixel_block(quads ? columns / QUAD : columns);

    gpu_launch(gpu, quads ? add_bias<T, QUAD> : add_bias<T, 1>, gpu_launch_row_blocks(gpu, rows, block), block, sums,
               rows, columns, bias, relu, y);
}

void gpu_operands_add_bias(struct gpu *gpu, const void *sums, enum precision precision, int64_t rows, int64_t columns,
                           const float *bias, bool relu, float *y)
{
    if (precision == PRECISION_BF16)
        add_bias_to(gpu, static_cast<const uint16_t *>(sums), rows, columns, bias, relu, y);
    else if (sums != y || bias || relu)
        add_bias_to(gpu, static_cast<const float *>(sums), rows, columns, bias, relu, y);
}
