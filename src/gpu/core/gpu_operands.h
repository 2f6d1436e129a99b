/* Operands of products: numbers as they are, or rounded to bfloat16 (uint16_t's bits: fp32's upper half). */
#ifndef GPU_OPERANDS_H
#define GPU_OPERANDS_H

#include "gpu/core/gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* x [rows][columns] rounded to y, whose rows begin every `stride` elements, with nil between them. x lies at a multiple of
 * 16 bytes, and so do y and its rows. */
struct gpu_rounding {
    const float *x;
    int64_t rows, columns, stride;
    uint16_t *y;
};

void gpu_round(struct gpu *gpu, const struct gpu_rounding *matrix);
void gpu_round_both(struct gpu *gpu, const struct gpu_rounding *first, const struct gpu_rounding *second);

#ifdef __cplusplus
}

#include <string.h>

#include "gpu/core/wide.h"

static __device__ __forceinline__ void operand_store(float x, float *to)
{
    *to = x;
}

/* To the nearest, to even between two; not a number stays so. */
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

/* W neighbours as floats. */
template <int W, typename T> static __device__ __forceinline__ wide<float, W> operands_load(const T *from)
{
    wide<T, W> operands = wide_load<W>(from);
    wide<float, W> numbers;

    for (int k = 0; k < W; k++)
        numbers.at[k] = operand_value(operands.at[k]);
    return numbers;
}
#endif

#endif
