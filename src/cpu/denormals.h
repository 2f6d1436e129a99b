/* Denormal numbers, which are too small for a full mantissa, read and written as 0 by the calling thread. The
 * optimiser's moments of weights that no longer get a gradient decay to such numbers, and processors are slow with
 * them. */
#ifndef CPU_DENORMALS_H
#define CPU_DENORMALS_H

#include <stdint.h>

/* Returns the mode before, for denormals_restore(). On processors other than x86-64 and arm64 both do nothing. */
static inline uint64_t denormals_off(void)
{
#if defined(__x86_64__)
    const unsigned flush_to_zero = 1u << 15, denormals_are_zero = 1u << 6;
    unsigned before = __builtin_ia32_stmxcsr();

    __builtin_ia32_ldmxcsr(before | flush_to_zero | denormals_are_zero);
    return before;
#elif defined(__aarch64__)
    const uint64_t flush_to_zero = (uint64_t)1 << 24;
    uint64_t before;

    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | flush_to_zero));
    return before;
#else
    return 0;
#endif
}

static inline void denormals_restore(uint64_t mode)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr((unsigned)mode);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
    (void)mode;
#endif
}

#endif
