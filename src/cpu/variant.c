#include "cpu/variant.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

/* has_NAME(): this processor can run kernels_NAME. */
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
#endif

#if defined(__aarch64__)
static bool has_neon(void)
{
    return true;
}

/* The kernel's bits are named here, as headers older than BF16 do not have it. That variant is compiled for armv8.2-a,
 * which has the atomic instructions of armv8.1-a. */
static bool has_neonbf16(void)
{
    const unsigned long atomics = 1ul << 8, bf16 = 1ul << 14; /* HWCAP_ATOMICS, HWCAP2_BF16 */

    return (getauxval(AT_HWCAP) & atomics) && (getauxval(AT_HWCAP2) & bf16);
}
#else
static bool has_portable(void)
{
    return true;
}
#endif

#if defined(__x86_64__)
/* The vector sizes of AVX-512 compiled for AVX2: only test programs link it, for machines without AVX-512. */
extern const struct kernel_set kernels_wide __attribute__((weak));
#endif

static const struct variant {
    const struct kernel_set *set;
    bool (*supported)(void);
} variants[] = {
#define KERNEL_SET(name) { &kernels_##name, has_##name },
    KERNEL_SETS(KERNEL_SET)
#undef KERNEL_SET
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

/* "neonbf16 or neon" */
static void list_names(char *out, size_t size)
{
    int count = variant_count();

    text_copy(out, size, variant_name(0));
    for (int i = 1; i < count; i++)
        text_append(out, size, "%s%s", i + 1 < count ? ", " : " or ", variant_name(i));
}

static const struct kernel_set *named(const char *name, struct error *e)
{
    char names[80];

    for (int i = 0; i < variant_count(); i++)
        if (strcmp(variants[i].set->name, name) == 0) {
            if (variants[i].supported())
                return variants[i].set;
            error_set(e, ERROR_DEVICE, "CUVETTE_CPU asks for %s, which this processor does not have", name);
            return NULL;
        }
    list_names(names, sizeof names);
    error_set(e, ERROR_DEVICE, "CUVETTE_CPU is '%.40s': it may be %s", name, names);
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
