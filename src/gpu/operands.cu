#include "gpu/operands.h"

#include "gpu/pixels.h"

enum { THREADS = 256 };

/* Rows without gaps between them: columns are a multiple of 8 then (gpu_product_stride). */
static __global__ void round_all(const float *x, int64_t quads, uint16_t *y)
{
    GPU_EACH(i, quads) {
        quad q = wide_load<QUAD>(x + i * QUAD);
        wide<uint16_t, QUAD> rounded;

        for (int k = 0; k < QUAD; k++)
            operand_store(q.at[k], &rounded.at[k]);
        wide_store(y + i * QUAD, rounded);
    }
}

static __global__ void round_rows(const float *x, int64_t rows, int64_t columns, int64_t stride, uint16_t *y)
{
    for (int64_t row = (int64_t)blockIdx.x * blockDim.y + threadIdx.y; row < rows; row += gridDim.x * blockDim.y)
        for (int64_t i = threadIdx.x; i < stride; i += blockDim.x)
            operand_store(i < columns ? x[row * columns + i] : 0.0f, y + row * stride + i);
}

void gpu_round(struct gpu *gpu, const float *x, int64_t rows, int64_t columns, int64_t stride, uint16_t *y)
{
    dim3 block = pixels_block(stride < PIXELS_LANES ? (int)stride : PIXELS_LANES);
    int64_t quads = rows * columns / QUAD;

    if (columns == stride)
        gpu_launch(gpu, round_all, gpu_blocks(gpu, quads, THREADS), THREADS, x, quads, y);
    else
        gpu_launch(gpu, round_rows, gpu_blocks(gpu, rows * block.x, PIXELS_THREADS), block, x, rows, columns, stride,
                   y);
}
