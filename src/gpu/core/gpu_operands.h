/* What goes into a product and what comes out of it: floats, or numbers rounded to bfloat16 (the bits of a uint16_t,
 * which are the upper half of a float's). */
#ifndef GPU_GPU_OPERANDS_H
#define GPU_GPU_OPERANDS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* x [rows][columns] rounded to y, whose rows begin every `stride` elements, with zeros between them. x, y and its rows
 * are aligned to 16 bytes. */
struct gpu_rounding {
    const float *x;
    int64_t rows, columns, stride;
    uint16_t *y;
};

void gpu_operands_round(struct gpu *gpu, const struct gpu_rounding *matrix);
void gpu_operands_round_two(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second);

/* y [rows][columns] = sums [rows][columns] + bias [columns] (or NULL), then ReLU where asked for. The sums are bfloat16
 * with PRECISION_BF16, else floats, and may be y itself. Both are aligned to 16 bytes. */
void gpu_operands_add_bias(struct gpu *gpu, const void *sums, enum precision precision, int64_t rows, int64_t columns,
                           const float *bias, bool relu, float *y);

#ifdef __cplusplus
}

#include <string.h>

#include "gpu/core/wide.h"

static __device__ __forceinline__ void operand_store(float x, float *to)
{
    *to = x;
}

/* To the nearest, and to the even one of two as near; a NaN stays one. */
static __device__ __forceinline__ void operand_store(float x, uint16_t *to)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    *to = (uint16_t)(x != x ? bits >> 16 | 0x40 : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static __device__ __forceinline__ float operand_value(float x)
{
    return x;
}

static __device__ __forceinline__ float operand_value(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* W neighbours as floats, and back. */
template <int W, typename T> static __device__ __forceinline__ wide<float, W> operands_load(const T *from)
{
    wide<T, W> operands = wide_load<W>(from);
    wide<float, W> numbers;

    for (int k = 0; k < W; k++)
        numbers.at[k] = operand_value(operands.at[k]);
    return numbers;
}

template <int W, typename T> static __device__ __forceinline__ void operands_store(T *to, const wide<float, W> &numbers)
{
    wide<T, W> operands;

    for (int k = 0; k < W; k++)
        operand_store(numbers.at[k], &operands.at[k]);
    wide_store(to, operands);
}
#endif

#endif
