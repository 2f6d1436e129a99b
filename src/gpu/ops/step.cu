#include "gpu/core/gpu_launch.h"

static __global__ void set_step(struct gpu_step *to, struct gpu_step step)
{
    *to = step;
}

void gpu_set_step(struct gpu *gpu, struct gpu_step *to, const struct gpu_step *step)
{
    gpu_launch(gpu, set_step, dim3(1), dim3(1), to, *step);
}
