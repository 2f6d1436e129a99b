/* A convolution, or one of its gradients, in cuDNN's words. */
#ifndef GPU_CUDNN_OPERATION_H
#define GPU_CUDNN_OPERATION_H

#include "gpu/cudnn/cudnn_descriptor.h"
#include "nn/plan/ops.h"

/* The linear part of a convolution, y = x * w, or of its gradients: of x by kind OP_CONV2D_INPUT_GRADIENT, of w by
 * OP_CONV2D_WEIGHT_GRADIENT. Integers without gaps: problems are compared as bytes. */
struct cudnn_problem {
    int kind, precision, rows;
    int height, width, out_height, out_width, filters;
    int channels; /* with PRECISION_BF16 of an x that is read: in eights, what is more is nil */
    int kernel_height, kernel_width, stride, pad_top, pad_left;
    int pooled; /* part of what is tried, none of the operation */
};

/* x [N][H][W][C], w [K][kh][kw][C], y [N][H'][W'][K], at multiples of 16 bytes. All three are bfloat16 with PRECISION_BF16:
 * cuDNN 9 has no convolution whose result is of another type than its operands. These are their names in a pack, too. */
enum cudnn_tensor { CUDNN_X, CUDNN_W, CUDNN_Y, CUDNN_TENSORS };

struct cudnn_problem cudnn_problem_of(const struct op *op, int rows);

/* Finished, with all that it is made of; NULL after a failure. */
cudnn_descriptor cudnn_operation(struct cudnn_descriptors *d, const struct cudnn_problem *problem);

#endif
