#include "kernels/kernels.h"

/* VARIANT is the name of the vector unit this is compiled for. */
#define JOINED(a, b) a##b
#define SET_OF(variant) JOINED(kernels_, variant)
#define QUOTED(name) #name
#define NAME_OF(variant) QUOTED(variant)

const struct kernel_set SET_OF(VARIANT) = {
    .name = NAME_OF(VARIANT),
#if defined(__AVX512BF16__)
    .bf16 = true,
#endif
    .kernels[OP_GATHER] = { kernel_gather, kernel_gather_workspace },
    .kernels[OP_CONV2D] = { kernel_conv2d, kernel_conv2d_workspace, kernel_conv2d_shared,
                            .begin = kernel_conv2d_begin },
    .kernels[OP_CONV2D_INPUT_GRADIENT] = { kernel_conv2d_input_gradient, kernel_conv2d_input_gradient_workspace,
                                           kernel_conv2d_input_gradient_shared,
                                           .begin = kernel_conv2d_input_gradient_begin },
    .kernels[OP_CONV2D_WEIGHT_GRADIENT] = { kernel_conv2d_weight_gradient, kernel_conv2d_weight_gradient_workspace,
                                            kernel_conv2d_weight_gradient_shared,
                                            .finish = kernel_conv2d_weight_gradient_finish },
    .kernels[OP_DENSE] = { kernel_dense, kernel_dense_workspace },
    .kernels[OP_DENSE_INPUT_GRADIENT] = { kernel_dense_input_gradient, kernel_dense_workspace },
    .kernels[OP_DENSE_WEIGHT_GRADIENT] = { kernel_dense_weight_gradient, kernel_dense_workspace },
    .kernels[OP_MAX_POOL] = { kernel_max_pool },
    .kernels[OP_MAX_POOL_GRADIENT] = { kernel_max_pool_gradient },
    .kernels[OP_AVERAGE_POOL] = { kernel_average_pool },
    .kernels[OP_AVERAGE_POOL_GRADIENT] = { kernel_average_pool_gradient },
    .kernels[OP_GLOBAL_AVERAGE_POOL] = { kernel_global_average_pool },
    .kernels[OP_GLOBAL_AVERAGE_POOL_GRADIENT] = { kernel_global_average_pool_gradient },
    .kernels[OP_BATCH_NORM] = { kernel_batch_norm, kernel_batch_norm_workspace },
    .kernels[OP_BATCH_NORM_INFERENCE] = { kernel_batch_norm_inference, kernel_batch_norm_workspace },
    .kernels[OP_BATCH_NORM_GRADIENT] = { kernel_batch_norm_gradient, kernel_batch_norm_workspace },
    .kernels[OP_ACTIVATION] = { kernel_activation },
    .kernels[OP_ACTIVATION_GRADIENT] = { kernel_activation_gradient },
    .kernels[OP_DROPOUT] = { kernel_dropout },
    .kernels[OP_DROPOUT_GRADIENT] = { kernel_dropout },
    .kernels[OP_ADD] = { kernel_add },
    .kernels[OP_SOFTMAX_LOSS] = { kernel_softmax_loss, kernel_softmax_loss_workspace },
    .kernels[OP_SOFTMAX_LOSS_GRADIENT] = { kernel_softmax_loss_gradient },
    .kernels[OP_CLIP_GRADIENT] = { kernel_clip_gradient, kernel_clip_gradient_workspace },
    .kernels[OP_SGD] = { kernel_sgd },
    .kernels[OP_ADAM] = { kernel_adam },
};
