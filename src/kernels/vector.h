/* Vectors of as many floats as the vector unit that a variant of the kernels is compiled for computes at once, and
 * functions for loops that the compiler vectorises. INDEPENDENT stands before a loop whose iterations do not touch each
 * other's elements, though its arrays may be the same array. */
#ifndef KERNELS_VECTOR_H
#define KERNELS_VECTOR_H

#include <stdint.h>
#include <string.h>

/* VECTOR_WIDE: the sizes of AVX-512 on a smaller unit, so that they can be tested without one (cpu/variant.c). */
#if defined(__AVX512F__) || defined(VECTOR_WIDE)
#define LANES            16
#define VECTOR_REGISTERS 32
#elif defined(__AVX2__)
#define LANES            8
#define VECTOR_REGISTERS 16
#elif defined(__aarch64__)
#define LANES            4
#define VECTOR_REGISTERS 32
#else
#define LANES            4
#define VECTOR_REGISTERS 16
#endif

/* May be loaded from and stored to the address of any float. */
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

#define VECTOR_INLINE static inline __attribute__((always_inline))
#define INDEPENDENT   _Pragma("GCC ivdep")

VECTOR_INLINE float vector_float(uint32_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof f);
    return f;
}

static inline void vector_scale(float *x, float factor, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        x[i] *= factor;
}

/* bf16 has 16 bits and fp32's range: it is the upper half of an fp32 number. A word holds two, the first in
 * the low half. */
typedef uint32_t vector_words
    __attribute__((vector_size(LANES * sizeof(uint32_t)), aligned(sizeof(uint32_t)), may_alias));

/* In the low halves; rounded to the nearest, between two to the even one. A NaN stays one. */
VECTOR_INLINE vector_words vector_to_bf16(vector x)
{
    vector_words bits = (vector_words)x, none = (vector_words)(x != x);
    vector_words rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;

    return (rounded & ~none) | ((bits >> 16 | 0x40) & none);
}

/* exp(x) to 2 units in the last place for x in -87..88; beyond, the value at that end.
 * x = n ln 2 + r with |r| <= ln 2 / 2, where ln 2 is split into two parts (Cody and Waite). exp(r) is its Taylor
 * polynomial to r^7: the next term is below 6e-9. Adding 1.5 × 2^23 rounds to n, which is then in the low bits. */
VECTOR_INLINE float vector_exp(float x)
{
    const float round = 0x1.8p23f;
    uint32_t bits;

    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;

    float shifted = x * 1.44269504f + round;
    float n = shifted - round;
    float r = x - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.0f / 5040;

    memcpy(&bits, &shifted, sizeof bits);
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * vector_float((bits + 127) << 23);
}

VECTOR_INLINE float vector_sigmoid(float x)
{
    return 1.0f / (1.0f + vector_exp(-x));
}

/* From exp(-2|x|) where that does not cancel; near 0 the Taylor polynomial to x^9. */
VECTOR_INLINE float vector_tanh(float x)
{
    float a = x < 0.0f ? -x : x, e = vector_exp(-2.0f * a), far = (1.0f - e) / (1.0f + e), s = x * x;
    float near = x + x * s * (-1.0f / 3 + s * (2.0f / 15 + s * (-17.0f / 315 + s * (62.0f / 2835))));

    return a < 0.3f ? near : x < 0.0f ? -far : far;
}

/* Returns Phi(x), the normal distribution, and sets *density to phi(x), both to 3e-7 of their value.
 * Phi(-a) = exp(-a²/2) t Q(t), t = 1 / (1 + 0.26 a); Q interpolates at Chebyshev nodes for a in 0..13.2. */
VECTOR_INLINE float vector_normal(float x, float *density)
{
    float a = x < 0.0f ? -x : x, t = 1.0f / (1.0f + 0.26f * a), e = vector_exp(-0.5f * x * x), q = 0.032476131f;

    q = q * t - 0.162343587f;
    q = q * t + 0.271012270f;
    q = q * t - 0.173131487f;
    q = q * t + 0.176181723f;
    q = q * t + 0.044567895f;
    q = q * t + 0.104678703f;
    q = q * t + 0.102785637f;
    q = q * t + 0.103772679f;

    float tail = e * t * q;

    *density = e * 0.398942280f;
    return x < 0.0f ? tail : 1.0f - tail;
}

#endif
