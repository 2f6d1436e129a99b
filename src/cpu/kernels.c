#include "cpu/kernels.h"

static const struct kernel kernels[OP_COUNT] = {
    [OP_GATHER] = { kernel_gather, kernel_gather_workspace },
    [OP_CONV2D] = { kernel_conv2d, kernel_conv2d_workspace },
    [OP_CONV2D_INPUT_GRADIENT] = { kernel_conv2d_input_gradient, kernel_conv2d_input_gradient_workspace },
    [OP_CONV2D_WEIGHT_GRADIENT] = { kernel_conv2d_weight_gradient, kernel_conv2d_weight_gradient_workspace },
    [OP_DENSE] = { kernel_dense },
    [OP_DENSE_INPUT_GRADIENT] = { kernel_dense_input_gradient },
    [OP_DENSE_WEIGHT_GRADIENT] = { kernel_dense_weight_gradient },
    [OP_MAX_POOL] = { kernel_max_pool },
    [OP_MAX_POOL_GRADIENT] = { kernel_max_pool_gradient },
    [OP_AVERAGE_POOL] = { kernel_average_pool },
    [OP_AVERAGE_POOL_GRADIENT] = { kernel_average_pool_gradient },
    [OP_GLOBAL_AVERAGE_POOL] = { kernel_global_average_pool },
    [OP_GLOBAL_AVERAGE_POOL_GRADIENT] = { kernel_global_average_pool_gradient },
    [OP_BATCH_NORM] = { kernel_batch_norm, kernel_batch_norm_workspace },
    [OP_BATCH_NORM_INFERENCE] = { kernel_batch_norm_inference, kernel_batch_norm_workspace },
    [OP_BATCH_NORM_GRADIENT] = { kernel_batch_norm_gradient, kernel_batch_norm_workspace },
    [OP_ACTIVATION] = { kernel_activation },
    [OP_ACTIVATION_GRADIENT] = { kernel_activation_gradient },
    [OP_DROPOUT] = { kernel_dropout },
    [OP_DROPOUT_GRADIENT] = { kernel_dropout },
    [OP_ADD] = { kernel_add },
    [OP_SOFTMAX_LOSS] = { kernel_softmax_loss, kernel_softmax_loss_workspace },
    [OP_SOFTMAX_LOSS_GRADIENT] = { kernel_softmax_loss_gradient },
    [OP_CLIP_GRADIENT] = { kernel_clip_gradient, kernel_clip_gradient_workspace },
    [OP_SGD] = { kernel_sgd },
    [OP_ADAM] = { kernel_adam },
};

const struct kernel *kernel_find(enum op_kind kind)
{
    return (unsigned)kind < OP_COUNT && kernels[kind].run ? &kernels[kind] : NULL;
}
