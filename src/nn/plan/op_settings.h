/* The settings of operations: the sizes of one, and what else it is to do (ops.h). */
#ifndef NN_OP_SETTINGS_H
#define NN_OP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/plan/activation.h"

/* Convolutions and pools: per image, H×W×C -> H'×W'×K (pools: K = C). Padding may be uneven; what is not
 * said (bottom and right) follows from the sizes. "same" pads as TensorFlow does: the odd one at bottom and right. */
struct op_window {
    int height, width, channels;
    int out_height, out_width, out_channels;
    int kernel_height, kernel_width, stride;
    int pad_top, pad_left;
    enum activation activation; /* CONV2D, DEPTHWISE_CONV2D: fused into the output */
    float slope;                /* of the fused leaky ReLU */
    bool pooled;                /* CONV2D and its gradients only */
    bool counts_padding;        /* AVERAGE_POOL and its gradient only: a window is divided by all of its pixels */
};

/* `pooled`: the operation includes a 2×2 max pool of stride 2 without padding behind the convolution and its
 * activation, which is linear or ReLU. PH is OH / 2 and PW is OW / 2, rounded down: an odd last row or column is left
 * out, and its gradient is 0. `winner` is the position 0..3, row-major, of the greatest value in its window, of equals
 * the first; WINNER_NONE where ReLU is 0 for the whole window. A gradient passes dy on to the winner alone, so that
 * ReLU's own part of the gradient is included. Training needs the winners, evaluation does not; a pooled gradient
 * always has them. Without `pooled` they are VALUE_NONE. */
enum { WINNER_NONE = 4 };

struct op_dense {
    int inputs, outputs;
    enum activation activation; /* DENSE only: fused into the output */
    float slope;
};

struct op_norm {
    int pixels, channels; /* P, C; only batch norm has more than these */
    float momentum; /* moving = momentum × moving + (1 - momentum) × batch, with the biased variance, as Keras */
    float epsilon;
    int rank, ranks; /* of several that normalise over their whole batch; ranks 0: over this step alone */
};

/* What SPREAD_MOMENTS tells of a rank, a row [C] each: how many pixels it has, their mean and variance. */
enum { NORM_PIXELS, NORM_MEAN, NORM_VARIANCE, NORM_RANK_ROWS };

struct op_elements {
    int per_image; /* P */
    enum activation activation;
    float slope; /* leaky ReLU */
    float rate;  /* dropout; in an activation's gradient: of the dropout behind it, whose output then is y */
    uint32_t salt; /* dropout: the layer's own random sequence */
};

/* y = (byte / 255 - mean) × (1/deviation). With `augment`, an image is mirrored, then turned about its middle, then
 * moved; nn/plan/augment.h draws how, and has the formulas. */
enum flip {
    FLIP_NONE,
    FLIP_RANDOM,     /* left-right with probability one half */
    FLIP_ALTERNATING /* half of the images in odd epochs, the others in even ones (Jordan, arXiv 2404.00498, 2024) */
};

struct op_gather {
    int height, width, channels;
    bool augment;     /* in training only; without it all that follows is 0 */
    enum flip flip;
    int shift;        /* translation by -shift..shift pixels each way */
    float rotation;   /* by -rotation..rotation degrees, bilinear */
    bool reflect;     /* what moves in is the image, reflected at its outermost pixels; else zeros, normalised ones */
    int next;         /* 1: behind the step's images there is the next one of the whole batch, or after its last the
                         first, which the last of these is mixed with; so in all that have it */
};

/* In training only. Colours are those before normalisation, 0..1, and stay in that range after each of these, in this
 * order, each by a factor drawn from 1 - amount (0 at least) to 1 + amount, as torchvision's ColorJitter:
 *     brightness  v × factor
 *     contrast    v × factor + m × (1 - factor), m: the mean of the whole image's grey
 *     saturation  v × factor + g × (1 - factor), g: the pixel's grey
 * Grey is 0.2989 R + 0.587 G + 0.114 B; the mean of the channels where there are not three. Then a square is made zero
 * whose middle may be any pixel: at the edges it is cut off (DeVries and Taylor, arXiv 1708.04552, 2017). */
enum { OP_CHANNELS_MAX = 4 };

struct op_retouch {
    int height, width, channels; /* channels: at most OP_CHANNELS_MAX */
    float brightness, contrast, saturation;
    int cutout; /* the square's side in pixels */
    int next;
};

struct op_mix {
    int height, width, channels;
    int next;
};

/* The loss of image n is the sum over its labels of
 *     share × weights[label] × -sum(target × log p), target = (1 - smoothing) × one-hot + smoothing / classes
 * With `mixed` it has a second label, that of the image that MIX mixed it with: of this the share is step.mix.share, of
 * its own the rest, and an answer is correct by the share of the label that it names. */
struct op_loss {
    int classes;
    float smoothing;
    bool mixed;
    int next; /* with `mixed` alone */
};

/* Whole arenas, or parts of them; ACCUMULATE, ALL_REDUCE, AWAIT, L2_NORM: `count` alone. A step's rate is in struct
 * step. Weight decay covers every parameter, as Keras's does, and comes first. SGD is Keras's: without velocity
 * p -= rate × g; with it v = momentum × v - rate × g, then p += v, or with `nesterov` p += momentum × v - rate × g. */
struct op_update {
    int64_t count; /* G */
    float share;   /* of the step's learning rate that these parameters learn at; 1: all of it */
    float clip;    /* CLIP_GRADIENT: the global norm's limit */
    float momentum;
    bool nesterov;
    float rho; /* RMSPROP: squares = rho × squares + (1 - rho) × g², with p -= rate × g / sqrt(squares + epsilon), as
                  Keras; with velocity v = momentum × v + that, then p -= v */
    float beta1, beta2, epsilon; /* ADAM: epsilon is added to the root of the uncorrected second moment as Keras does:
                                    p -= rate × sqrt(1-beta2^t)/(1-beta1^t) × m / (sqrt(v) + epsilon) */
    float weight_decay;
    bool decoupled; /* true (AdamW, SGDW): p -= rate × decay × p; false (L2): g += decay × p */
};

#endif
