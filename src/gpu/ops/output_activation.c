#include "gpu/ops/gpu_activation.h"

void gpu_activate_output(const struct gpu_task *task, enum activation activation, float slope, int per_image)
{
    const struct op op = { .kind = OP_ACTIVATION,
                           .elements = { .per_image = per_image, .activation = activation, .slope = slope } };
    struct gpu_task own = *task;

    if (activation == ACTIVATION_LINEAR || activation == ACTIVATION_RELU)
        return;
    own.op = &op;
    own.in = own.out = task->out;
    gpu_activation(&own);
}
