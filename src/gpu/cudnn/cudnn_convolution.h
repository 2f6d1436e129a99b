/* Convolutions and their gradients by cuDNN, where there is a choice for them (cudnn_choices.h). */
#ifndef GPU_CUDNN_CONVOLUTION_H
#define GPU_CUDNN_CONVOLUTION_H

#include "gpu/core/gpu.h"

/* Bytes of workspace for steps of `batch` rows; 0 where cuDNN does not do them. */
size_t cudnn_convolution_workspace(const struct gpu *gpu, const struct op *op, int batch);

/* Queues the operation, but for activations other than ReLU, moments and the gradient of the bias. False: there is no
 * choice for it, and nothing was done. */
bool cudnn_convolution(const struct gpu_task *task);

#endif
