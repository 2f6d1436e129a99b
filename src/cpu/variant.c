#include "cpu/variant.h"

#include <stdlib.h>
#include <string.h>

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512cd");
}

static bool has_avx512bf16(void)
{
    return has_avx512() && __builtin_cpu_supports("avx512bf16");
}

/* The vector sizes of AVX-512 compiled for AVX2: only test programs link it, for machines without AVX-512. */
extern const struct kernel_set kernels_wide __attribute__((weak));
#endif

static const struct variant {
    const struct kernel_set *set;
    bool (*supported)(void);
} variants[] = {
#if defined(__x86_64__)
    { &kernels_avx512bf16, has_avx512bf16 },
    { &kernels_avx512, has_avx512 },
    { &kernels_avx2, has_avx2 },
#endif
    { &kernels_portable, always },
#if defined(__x86_64__)
    { &kernels_wide, has_avx2 },
#endif
};

int variant_count(void)
{
    int count = (int)(sizeof variants / sizeof *variants);

    return variants[count - 1].set ? count : count - 1;
}

const char *variant_name(int index)
{
    return variants[index].set->name;
}

bool variant_supported(int index)
{
    return variants[index].supported();
}

static const struct kernel_set *named(const char *name, struct error *e)
{
    for (int i = 0; i < variant_count(); i++)
        if (strcmp(variants[i].set->name, name) == 0) {
            if (variants[i].supported())
                return variants[i].set;
            error_set(e, ERROR_DEVICE, "CUVETTE_CPU asks for %s, which this processor does not have", name);
            return NULL;
        }
    error_set(e, ERROR_DEVICE, "CUVETTE_CPU is '%.40s': it may be avx512bf16, avx512, avx2 or portable", name);
    return NULL;
}

bool variant_forced(void)
{
    const char *name = getenv("CUVETTE_CPU");

    return name && *name;
}

const struct kernel_set *variant_choose(struct error *e)
{
    if (variant_forced())
        return named(getenv("CUVETTE_CPU"), e);
    for (int i = 0;; i++)
        if (variants[i].supported())
            return variants[i].set;
}
