#include "run/model/torch/tensor_type.h"

#include <string.h>

static float of_bits(uint32_t bits)
{
    float number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

/* IEEE 754's binary16: 5 bits of exponent, 10 of mantissa. */
static float widen_f16(uint16_t half)
{
    enum { INFINITE = 31, BIAS = 127 - 15 };
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, mantissa = half & 0x3ff;
    const uint32_t exponent = half >> 10 & INFINITE;

    if (exponent == 0)
        return (sign ? -0x1p-24f : 0x1p-24f) * (float)mantissa;
    return of_bits(sign | (exponent == INFINITE ? 255 : exponent + BIAS) << 23 | mantissa << 13);
}

/* A float's upper half. */
static float widen_bf16(uint16_t half)
{
    return of_bits((uint32_t)half << 16);
}

static const struct tensor_type types[] = {
    { .name = "F32", .bytes = sizeof(float) },
    { .name = "F16", .bytes = sizeof(uint16_t), .widen = widen_f16 },
    { .name = "BF16", .bytes = sizeof(uint16_t), .widen = widen_bf16 },
};

const struct tensor_type *tensor_type_find(const char *name)
{
    for (size_t i = 0; name && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

/* The first float ends where the second number begins, at the latest: none is written over before it is read. */
void tensor_type_widen(const struct tensor_type *t, float *numbers, size_t count)
{
    const char *at = (const char *)numbers + count * (sizeof *numbers - t->bytes);

    for (size_t i = 0; t->widen && i < count; i++, at += t->bytes) {
        uint16_t half;

        memcpy(&half, at, sizeof half);
        numbers[i] = t->widen(half);
    }
}
