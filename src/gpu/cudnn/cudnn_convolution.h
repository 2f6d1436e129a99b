/* Convolutions by cuDNN, where it is there and gives what columns give (convolution.c).
 *
 * Nothing is taken on trust: when a plan is prepared, each of its convolutions runs both ways on the same random
 * numbers, directly and as a captured graph. The first of cuDNN's plans, in cuDNN's order, that gives what the columns
 * give is taken, and is kept for all of the same sizes. Steps of fewer rows than the plan's batch go by columns. */
#ifndef GPU_CUDNN_CONVOLUTION_H
#define GPU_CUDNN_CONVOLUTION_H

#include "gpu/core/gpu.h"

/* Before workspaces are sized, with nothing in the stream. Without cuDNN nothing happens. A trial that fails is no
 * failure of the run, unless the device is lost with it. */
void cudnn_choose(struct gpu *gpu, const struct plan *plan);
void cudnn_forget(struct gpu *gpu); /* all choices, and the library */

/* What a choice made for steps of `batch` rows takes; 0 without. */
size_t cudnn_convolution_workspace(const struct gpu *gpu, const struct op *op, int batch);

/* The operation but for fused activations other than ReLU, moments and the bias's gradient. False: nothing was done, as
 * there is no choice for it. */
bool cudnn_convolve(const struct gpu_task *task);

#endif
