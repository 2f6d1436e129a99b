#include "nn/plan/precision.h"

#include <stddef.h>

const char *const precision_names[] = {
    [PRECISION_FP32] = "fp32",
    [PRECISION_TF32] = "tf32",
    [PRECISION_BF16] = "bf16",
    NULL,
};
