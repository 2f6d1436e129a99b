#include "kernels/kernels.h"

/* VARIANT is the name of the vector unit that this is compiled for. */
#define JOINED(a, b) a##b
#define SET_OF(variant) JOINED(kernels_, variant)
#define QUOTED(name) #name
#define NAME_OF(variant) QUOTED(variant)

const struct kernel_set SET_OF(VARIANT) = {
    .name = NAME_OF(VARIANT),
#if defined(__AVX512BF16__) || defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
    .bf16 = true,
#endif
    .kernels = {
#define OPERATION(KIND, name, ...) [OP_##KIND] = &kernel_##name,
        OPERATIONS(OPERATION)
#undef OPERATION
    },
};
