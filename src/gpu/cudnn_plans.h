/* What cuDNN proposes for a convolution: its plans, one after the other, its best first. No failure here is one of the
 * run: there is no plan then. */
#ifndef GPU_CUDNN_PLANS_H
#define GPU_CUDNN_PLANS_H

#include "gpu/gpu.h"

/* The linear part of a convolution, y = x * w, or of its gradients: of x by kind OP_CONV2D_INPUT_GRADIENT, of w by
 * OP_CONV2D_WEIGHT_GRADIENT. Integers without gaps: problems are compared as bytes. */
struct cudnn_problem {
    int kind, precision, rows;
    int height, width, channels, out_height, out_width, filters;
    int kernel_height, kernel_width, stride, pad_top, pad_left;
    int pooled; /* part of what is timed, none of the plan */
};

/* x [N][H][W][C], w [K][kh][kw][C], y [N][H'][W'][K], at multiples of 16 bytes. With PRECISION_BF16 the two that are
 * read are bfloat16; what is written is float. */
enum cudnn_tensor { CUDNN_X, CUDNN_W, CUDNN_Y, CUDNN_TENSORS };

struct cudnn; /* the library at work on one stream */

struct cudnn *cudnn_open(cudaStream_t stream); /* NULL where it is not there */
void cudnn_close(struct cudnn *cudnn);         /* or NULL; its plans are freed before */

struct cudnn_plans *cudnn_plans_new(struct cudnn *cudnn, const struct cudnn_problem *problem); /* NULL: it has none */
void cudnn_plans_free(struct cudnn_plans *plans);

/* Goes to the first plan, then to the next, that takes at most so many bytes of workspace, gives the same bits every
 * time and rounds no more than the precision says. False: there is no other. */
bool cudnn_plans_next(struct cudnn_plans *plans, size_t workspace_most);
size_t cudnn_plans_workspace(const struct cudnn_plans *plans);

/* Queues the plan that was gone to. */
bool cudnn_plans_run(struct cudnn_plans *plans, void *const tensors[CUDNN_TENSORS], void *workspace);

#endif
