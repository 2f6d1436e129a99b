/* A convolution, or one of its gradients, as cuDNN is asked for it. */
#ifndef GPU_CUDNN_PROBLEM_H
#define GPU_CUDNN_PROBLEM_H

#include "gpu/cudnn/cudnn_descriptor.h"
#include "nn/plan/ops.h"

/* The linear part of a convolution, y = x * w, or of the gradient of x (OP_CONV2D_INPUT_GRADIENT) or of w
 * (OP_CONV2D_WEIGHT_GRADIENT). Problems are compared as bytes, so all members are ints without gaps. */
struct cudnn_problem {
    int kind, precision, rows;
    int height, width, out_height, out_width, filters;
    int channels; /* with PRECISION_BF16, where x is read: rounded up to a multiple of 8, by channels of zeros */
    int kernel_height, kernel_width, stride, pad_top, pad_left;
    int pooled; /* matters to a trial, not to cuDNN's operation */
};

/* x [N][H][W][C], w [K][kh][kw][C], y [N][H'][W'][K], aligned to 16 bytes. With PRECISION_BF16 all three are bfloat16:
 * cuDNN 9 has no convolution whose result has another type than its operands. A plan is given them by these numbers. */
enum cudnn_tensor { CUDNN_X, CUDNN_W, CUDNN_Y, CUDNN_TENSORS };

struct cudnn_problem cudnn_problem_of(const struct op *op, int rows);

/* The finished descriptor of the operation, with all that it refers to; NULL after a failure. */
cudnn_descriptor cudnn_problem_operation(struct cudnn_descriptors *d, const struct cudnn_problem *problem);

#endif
