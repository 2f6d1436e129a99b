#include "gpu/core/gpu_operands.h"

#include "gpu/core/pixels.h"

template <int W> static __device__ void round_rows(const struct gpu_rounding &m)
{
    for (int64_t row = (int64_t)blockIdx.x * blockDim.y + threadIdx.y; row < m.rows;
         row += (int64_t)gridDim.x * blockDim.y)
        for (int64_t i = threadIdx.x * W; i < m.stride; i += blockDim.x * W) {
            wide<float, W> numbers = {};
            wide<uint16_t, W> rounded;

            if (i < m.columns)
                numbers = wide_load<W>(m.x + row * m.columns + i);
            for (int k = 0; k < W; k++)
                operand_store(numbers.at[k], &rounded.at[k]);
            wide_store(m.y + row * m.stride + i, rounded);
        }
}

/* blockIdx.y says which. */
template <int W>
static __global__ void round_matrices(struct gpu_rounding first, struct gpu_rounding second)
{
    if (blockIdx.y == 0)
        round_rows<W>(first);
    else
        round_rows<W>(second);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The first `count` of two. Strides are in eights. */
static void round_some(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second, unsigned count)
{
    const bool quads = first->columns % QUAD == 0 && second->columns % QUAD == 0;
    const int64_t numbers = larger(first->stride, second->stride) / (quads ? QUAD : 1);
    const dim3 block = pixels_block(numbers < PIXELS_LANES ? (int)numbers : PIXELS_LANES);
    const unsigned blocks = gpu_blocks(gpu, larger(first->rows, second->rows) * block.x, PIXELS_THREADS);

    gpu_launch(gpu, quads ? round_matrices<QUAD> : round_matrices<1>, dim3(blocks, count), block, *first, *second);
}

void gpu_round(struct gpu *gpu, const struct gpu_rounding *matrix)
{
    round_some(gpu, matrix, matrix, 1);
}

void gpu_round_both(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second)
{
    round_some(gpu, first, second, 2);
}
