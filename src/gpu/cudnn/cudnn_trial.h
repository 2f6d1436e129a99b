/* Whether cuDNN's plans for a convolution give what im2col gives: nothing is taken on trust. */
#ifndef GPU_CUDNN_TRIAL_H
#define GPU_CUDNN_TRIAL_H

#include "gpu/core/gpu.h"
#include "gpu/cudnn/cudnn_plans.h"

/* How a convolution is done, for all that have its problem. */
struct cudnn_choice {
    struct cudnn_problem problem;
    struct cudnn_plans *plans; /* cuDNN does it, by the plan that these are at; NULL: im2col does */
};

/* Runs `op`, whose kernel looks up `choice`, both ways on the same random numbers, directly and as a captured graph.
 * True, with `plans` in the choice, at the first of cuDNN's plans that gives what im2col gives. Else, as where memory
 * is short, the choice has none. Nothing may be in the stream. A trial that fails leaves no error. */
bool cudnn_trial(struct gpu *gpu, const struct gpu_kernel *kernel, const struct plan *plan, const struct op *op,
                 struct cudnn_choice *choice, struct cudnn_plans *plans);

#endif
