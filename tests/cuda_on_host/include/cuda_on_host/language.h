/* What CUDA adds to C++: where code runs and data is, a thread's own number, and where threads wait for each other. */
#ifndef CUDA_ON_HOST_LANGUAGE_H
#define CUDA_ON_HOST_LANGUAGE_H

#include <cstdint>
#include <cstring>

#include "cuda_on_host/vectors.h"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __shared__ static /* one kernel runs at a time, and of it one block */
#define __forceinline__   inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)

/* Set by the scheduler (../block.cpp) before a thread runs. */
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
constexpr int warpSize = 32;

namespace on_host
{
/* A place in the source, by which barriers are told apart and named. */
struct place {
    const char *file;
    int line;
};

enum class meeting { barrier, shuffle, ballot };

/* Waits until all threads of the block are here. */
void meet_block(place where);
/* Waits until all lanes of `mask` are here. Returns, in a shuffle, what lane `from` has given; in a ballot, one bit for
 * each lane: whether it has given something true. */
uint64_t meet_warp(meeting kind, unsigned mask, uint64_t given, int from, place where);
int lane();

template <typename T> T shuffle(unsigned mask, T given, int from, place where)
{
    uint64_t bits = 0;

    static_assert(sizeof given <= sizeof bits, "shuffles move 8 bytes at most");
    memcpy(&bits, &given, sizeof given);
    bits = meet_warp(meeting::shuffle, mask, bits, from, where);
    memcpy(&given, &bits, sizeof given);
    return given;
}
}

/* As last parameters: the caller's place in the source. */
#define ON_HOST_CALLER const char *file = __builtin_FILE(), int line = __builtin_LINE()

static inline void __syncthreads(ON_HOST_CALLER)
{
    on_host::meet_block({ file, line });
}

static inline void __syncwarp(unsigned mask = 0xffffffffU, ON_HOST_CALLER)
{
    on_host::meet_warp(on_host::meeting::barrier, mask, 0, 0, { file, line });
}

/* The lanes of a warp are in groups of `width`; one that would read past the ends of its group gets its own value. */
template <typename T>
static inline T __shfl_sync(unsigned mask, T given, int from, int width = warpSize, ON_HOST_CALLER)
{
    int first = on_host::lane() & -width;

    return on_host::shuffle(mask, given, first + (from & (width - 1)), { file, line });
}

template <typename T>
static inline T __shfl_down_sync(unsigned mask, T given, unsigned by, int width = warpSize, ON_HOST_CALLER)
{
    int lane = on_host::lane(), from = lane + (int)by;

    return on_host::shuffle(mask, given, (from & -width) == (lane & -width) ? from : lane, { file, line });
}

template <typename T>
static inline T __shfl_up_sync(unsigned mask, T given, unsigned by, int width = warpSize, ON_HOST_CALLER)
{
    int lane = on_host::lane(), from = lane - (int)by;

    return on_host::shuffle(mask, given, from >= (lane & -width) ? from : lane, { file, line });
}

template <typename T>
static inline T __shfl_xor_sync(unsigned mask, T given, int bits, int width = warpSize, ON_HOST_CALLER)
{
    int lane = on_host::lane(), from = lane ^ bits;

    return on_host::shuffle(mask, given, (from & -width) <= (lane & -width) ? from : lane, { file, line });
}

static inline unsigned __ballot_sync(unsigned mask, int truth, ON_HOST_CALLER)
{
    return (unsigned)on_host::meet_warp(on_host::meeting::ballot, mask, truth != 0, 0, { file, line });
}

static inline int __any_sync(unsigned mask, int truth, ON_HOST_CALLER)
{
    return __ballot_sync(mask, truth, file, line) != 0;
}

static inline int __all_sync(unsigned mask, int truth, ON_HOST_CALLER)
{
    return __ballot_sync(mask, truth, file, line) == mask;
}

static inline void __threadfence()
{
}

static inline void __threadfence_block()
{
}

#undef ON_HOST_CALLER

#endif
