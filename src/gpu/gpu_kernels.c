#include "gpu/gpu.h"

/* One row an operation; what has none is refused when a plan is prepared. */
const struct gpu_kernel gpu_kernels[OP_COUNT] = {
    [OP_GATHER] = { gpu_gather },
    [OP_CONV2D] = { gpu_conv2d, gpu_conv2d_workspace },
    [OP_CONV2D_INPUT_GRADIENT] = { gpu_conv2d_input_gradient, gpu_conv2d_input_gradient_workspace },
    [OP_CONV2D_WEIGHT_GRADIENT] = { gpu_conv2d_weight_gradient, gpu_conv2d_weight_gradient_workspace },
    [OP_DENSE] = { gpu_dense, gpu_dense_workspace },
    [OP_DENSE_INPUT_GRADIENT] = { gpu_dense_input_gradient, gpu_dense_workspace },
    [OP_DENSE_WEIGHT_GRADIENT] = { gpu_dense_weight_gradient, gpu_dense_workspace },
    [OP_MAX_POOL] = { gpu_max_pool },
    [OP_MAX_POOL_GRADIENT] = { gpu_max_pool_gradient },
    [OP_AVERAGE_POOL] = { gpu_average_pool },
    [OP_AVERAGE_POOL_GRADIENT] = { gpu_average_pool_gradient },
    [OP_GLOBAL_AVERAGE_POOL] = { gpu_global_average_pool },
    [OP_GLOBAL_AVERAGE_POOL_GRADIENT] = { gpu_global_average_pool_gradient },
    [OP_ACTIVATION] = { gpu_activation },
    [OP_ACTIVATION_GRADIENT] = { gpu_activation_gradient },
    [OP_DROPOUT] = { gpu_dropout },
    [OP_DROPOUT_GRADIENT] = { gpu_dropout },
    [OP_ADD] = { gpu_add },
    [OP_SOFTMAX_LOSS] = { gpu_softmax_loss, gpu_softmax_loss_workspace },
    [OP_SOFTMAX_LOSS_GRADIENT] = { gpu_softmax_loss_gradient },
    [OP_CLIP_GRADIENT] = { gpu_clip_gradient, gpu_clip_gradient_workspace },
    [OP_SGD] = { gpu_sgd },
    [OP_ADAM] = { gpu_adam },
};
