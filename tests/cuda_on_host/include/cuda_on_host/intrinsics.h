/* CUDA's functions of numbers that C++ lacks. Those that CUDA computes with less precision are exact here: the
 * difference shows on a GPU alone. */
#ifndef CUDA_ON_HOST_INTRINSICS_H
#define CUDA_ON_HOST_INTRINSICS_H

#include <math.h>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace on_host
{
template <typename To, typename From> To same_bits(From from)
{
    To to;

    static_assert(sizeof to == sizeof from, "of one size");
    memcpy(&to, &from, sizeof to);
    return to;
}
}

static inline float __int_as_float(int x)
{
    return on_host::same_bits<float>(x);
}

static inline int __float_as_int(float x)
{
    return on_host::same_bits<int>(x);
}

static inline float __uint_as_float(unsigned x)
{
    return on_host::same_bits<float>(x);
}

static inline unsigned __float_as_uint(float x)
{
    return on_host::same_bits<unsigned>(x);
}

/* Macros, as the C library has some of these names itself. */
#define __expf(x)    expf(x)
#define __logf(x)    logf(x)
#define __powf(x, y) powf(x, y)
#define rsqrtf(x)    (1.0F / sqrtf(x))
#define rsqrt(x)     (1.0 / sqrt(x))

static inline float __fdividef(float x, float y)
{
    return x / y;
}

static inline float __fmul_rn(float x, float y)
{
    return x * y;
}

static inline float __fadd_rn(float x, float y)
{
    return x + y;
}

static inline float __fmaf_rn(float x, float y, float z)
{
    return fmaf(x, y, z);
}

static inline float __saturatef(float x)
{
    return x > 0.0F ? fminf(x, 1.0F) : 0.0F;
}

static inline int __float2int_rn(float x)
{
    return (int)rintf(x);
}

static inline int __popc(unsigned x)
{
    return __builtin_popcount(x);
}

static inline int __clz(int x)
{
    return x ? __builtin_clz((unsigned)x) : 32;
}

static inline int __ffs(int x)
{
    return __builtin_ffs(x);
}

static inline unsigned __umulhi(unsigned x, unsigned y)
{
    return (unsigned)((uint64_t)x * y >> 32);
}

static inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y)
{
    return (unsigned long long)((unsigned __int128)x * y >> 64);
}

template <typename T> static inline T __ldg(const T *p)
{
    return *p;
}

#define CUDA_MIN_MAX(type) \
    static inline constexpr type min(type x, type y) \
    { \
        return y < x ? y : x; \
    } \
    static inline constexpr type max(type x, type y) \
    { \
        return x < y ? y : x; \
    }

CUDA_MIN_MAX(int)
CUDA_MIN_MAX(unsigned)
CUDA_MIN_MAX(long)
CUDA_MIN_MAX(unsigned long)
CUDA_MIN_MAX(long long)
CUDA_MIN_MAX(unsigned long long)

#undef CUDA_MIN_MAX

static inline float min(float x, float y)
{
    return fminf(x, y);
}

static inline float max(float x, float y)
{
    return fmaxf(x, y);
}

static inline double min(double x, double y)
{
    return fmin(x, y);
}

static inline double max(double x, double y)
{
    return fmax(x, y);
}

/* Integers only: the backend promises never to add floats in the order in which threads arrive. */
#define CUDA_ATOMIC(name, expression) \
    template <typename T> static inline T name(T *p, typename std::common_type<T>::type given) \
    { \
        static_assert(std::is_integral<T>::value && sizeof(T) >= 4, "integers of 4 or 8 bytes"); \
        T old = *p; \
        *p = expression; \
        return old; \
    }

CUDA_ATOMIC(atomicAdd, old + given)
CUDA_ATOMIC(atomicSub, old - given)
CUDA_ATOMIC(atomicMin, given < old ? given : old)
CUDA_ATOMIC(atomicMax, given > old ? given : old)
CUDA_ATOMIC(atomicOr, old | given)
CUDA_ATOMIC(atomicAnd, old & given)
CUDA_ATOMIC(atomicExch, given)

#undef CUDA_ATOMIC

template <typename T> static inline T atomicCAS(T *p, typename std::common_type<T>::type expected, T wanted)
{
    T old = *p;

    if (old == expected)
        *p = wanted;
    return old;
}

#endif
