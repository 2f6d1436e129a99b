/* The operations a plan is made of, one row each: the vocabulary between layers and backends.
 *
 * N is the number of images in the step (rows), at most the plan's batch. Images are NHWC, kernels HWIO, dense
 * weights (in, out): Keras's layout. Every output is overwritten. Operands are in the order
 * of op.in[] -> op.out[]; [brackets] are shapes; an operand marked ? may be VALUE_NONE. */
#ifndef NN_OPS_H
#define NN_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/plan/activation.h"
#include "nn/plan/precision.h"

#define OPERATIONS(X) \
    X(GATHER, "images u8 [N][H][W][C] (or those of struct step, by index), index i32 [N], normalisation [2][C] (mean, 1/deviation) -> x [N][H][W][C]") \
    X(CONV2D, "x [N][H][W][C], w [kh][kw][C][K], b? [K] -> y [N][H'][W'][K], activated, winner? (see `pooled`), moments? [2][K] (mean and biased variance of y over N, H' and W'; only linear and not pooled)") \
    X(CONV2D_INPUT_GRADIENT, "dy [N][H'][W'][K], w [kh][kw][C][K], winner? -> dx [N][H][W][C]") \
    X(CONV2D_WEIGHT_GRADIENT, "x [N][H][W][C], dy [N][H'][W'][K], winner? -> dw [kh][kw][C][K], db? [K]") \
    X(DENSE, "x [N][I], w [I][O], b? [O] -> y [N][O], activated") \
    X(DENSE_INPUT_GRADIENT, "dy [N][O], w [I][O] -> dx [N][I]") \
    X(DENSE_WEIGHT_GRADIENT, "x [N][I], dy [N][O] -> dw [I][O], db? [O]") \
    X(MAX_POOL, "x [N][H][W][C] -> y [N][H'][W'][C], winner? u8 [N][H'][W'][C] (position in the window, row-major)") \
    X(MAX_POOL_GRADIENT, "dy [N][H'][W'][C], winner u8 [N][H'][W'][C] -> dx [N][H][W][C]") \
    X(AVERAGE_POOL, "x [N][H][W][C] -> y [N][H'][W'][C] (the mean counts no padding)") \
    X(AVERAGE_POOL_GRADIENT, "dy [N][H'][W'][C] -> dx [N][H][W][C]") \
    X(GLOBAL_AVERAGE_POOL, "x [N][H][W][C] -> y [N][C]") \
    X(GLOBAL_AVERAGE_POOL_GRADIENT, "dy [N][C] -> dx [N][H][W][C]") \
    X(BATCH_NORM, "x [N][P][C], gamma [C], beta [C], moving [2][C] (mean, variance; updated in place), moments? [2][C] (of x; without it they are computed) -> y [N][P][C], saved [2][C] (mean, 1/sqrt(variance + epsilon))") \
    X(BATCH_NORM_INFERENCE, "x [N][P][C], gamma [C], beta [C], moving [2][C] -> y [N][P][C]") \
    X(BATCH_NORM_GRADIENT, "x [N][P][C], dy [N][P][C], gamma [C], saved [2][C] -> dx [N][P][C], dgamma [C], dbeta [C]") \
    X(ACTIVATION, "x [N][P] -> y [N][P]") \
    X(ACTIVATION_GRADIENT, "y (or x, see activation.h) [N][P], dy [N][P] -> dx [N][P] times 1/(1-rate), may be dy's place") \
    X(DROPOUT, "x [N][P] -> y [N][P]: kept values times 1/(1-rate); element i of the step's batch is word i of RANDOM_DROPOUT, kept when uniform >= rate") \
    X(DROPOUT_GRADIENT, "dy [N][P] -> dx [N][P]: the same mask again") \
    X(ADD, "a [N][P], b [N][P] -> y [N][P]; y may be the place of a or b") \
    X(SOFTMAX_LOSS, "logits [N][K], labels i32 [N] -> probabilities [N][K], metrics [2] (mean loss over N, number of correct)") \
    X(SOFTMAX_LOSS_GRADIENT, "probabilities [N][K], labels i32 [N] -> dlogits [N][K], of the mean loss over N") \
    X(CLIP_GRADIENT, "gradients [G] (scaled in place so that their norm is at most clip) ->") \
    X(SGD, "parameters [G] (updated), gradients [G], velocity? [G] (updated) ->") \
    X(ADAM, "parameters [G] (updated), gradients [G], first [G] (updated), second [G] (updated) ->")

enum op_kind {
#define OPERATION(kind, operands) OP_##kind,
    OPERATIONS(OPERATION)
#undef OPERATION
    OP_COUNT
};

const char *op_name(enum op_kind kind);     /* "CONV2D_WEIGHT_GRADIENT" */
const char *op_operands(enum op_kind kind); /* the row's text */

/* Position of a value in its plan. */
typedef int value;
enum { VALUE_NONE = -1, OP_INPUTS = 5, OP_OUTPUTS = 3 };

/* Convolutions and pools: per image, H×W×C -> H'×W'×K (pools: K = C). Padding may be uneven; what is not
 * said (bottom and right) follows from the sizes. "same" pads as TensorFlow does: the odd one at bottom and right. */
struct op_window {
    int height, width, channels;
    int out_height, out_width, out_channels;
    int kernel_height, kernel_width, stride;
    int pad_top, pad_left;
    enum activation activation; /* CONV2D only: fused into the output */
    float slope;                /* of the fused leaky ReLU */
    bool pooled;                /* CONV2D and its gradients only */
};

/* `pooled`: a 2×2 max pool of stride 2 without padding stands behind the convolution and its activation, which is
 * linear or ReLU, as part of the operation. H' and W' stay the convolution's own; y and dy are [N][H'/2][W'/2][K],
 * rounded down: an odd last row or column is left out, and its gradient is nil. `winner` is u8 of the same shape: the
 * position 0..3, row-major, of the greatest value in its window, of equals the first; WINNER_NONE where ReLU let nothing
 * of the window through. A gradient passes dy on to the winner, and where there is none to nobody: so ReLU's own part of
 * the gradient is in `winner` already. CONV2D gives winners where somebody asks for them (not in evaluation); a
 * pooled gradient always has them. Without `pooled` they are VALUE_NONE. */
enum { WINNER_NONE = 4 };

struct op_dense {
    int inputs, outputs;
    enum activation activation; /* DENSE only: fused into the output */
    float slope;
};

struct op_norm {
    int pixels, channels; /* P, C */
    float momentum, epsilon; /* moving = momentum × moving + (1 - momentum) × batch; the variance is the biased one, as Keras's */
};

struct op_elements {
    int per_image; /* P */
    enum activation activation;
    float slope; /* leaky ReLU */
    float rate;  /* dropout; of an activation's gradient: of the dropout behind it, whose output then stands for y */
    uint32_t salt; /* dropout: the layer's own random sequence */
};

/* y = (byte / 255 - mean) × (1/deviation). With `augment`, image n of the step takes its chances from the words of
 * random_block(seed, RANDOM_AUGMENT, 0, step, n): mirrored when `flip` and word 0 >= 2^31; then moved to the right by
 * (word 1 × (2 shift + 1) >> 32) - shift pixels in 64-bit integers, and down by the same of word 2. */
struct op_gather {
    int height, width, channels;
    bool augment;     /* in training only */
    bool flip;        /* left-right with probability one half */
    int shift;        /* translation by -shift..shift pixels each way, zeros (after normalisation) move in */
};

struct op_loss {
    int classes;
    float smoothing; /* target = (1 - smoothing) × one-hot + smoothing / classes */
};

/* Whole arenas. The learning rate of a step is in struct step. Weight decay covers every parameter, as Keras's does,
 * and comes first. SGD is Keras's: without velocity p -= rate × g; with it v = momentum × v - rate × g, then p += v,
 * or with `nesterov` p += momentum × v - rate × g. */
struct op_update {
    int64_t count; /* G */
    float clip;    /* CLIP_GRADIENT: the global norm's limit */
    float momentum;
    bool nesterov;
    float beta1, beta2, epsilon; /* ADAM: epsilon is added to the root of the uncorrected second moment as Keras does:
                                    p -= rate × sqrt(1-beta2^t)/(1-beta1^t) × m / (sqrt(v) + epsilon) */
    float weight_decay;
    bool decoupled; /* true (AdamW, SGDW): p -= rate × decay × p; false (L2): g += decay × p */
};

struct op {
    enum op_kind kind;
    value in[OP_INPUTS], out[OP_OUTPUTS]; /* VALUE_NONE past the last */
    int layer; /* of the recipe, for names and profiles; -1 for none */
    enum precision precision; /* a backend may take fp32 where it gains nothing by less */
    bool beside_next; /* the operation behind it may run at the same time: neither needs, or lies in, what the other has */
    union {
        struct op_window window;
        struct op_dense dense;
        struct op_norm norm;
        struct op_elements elements;
        struct op_gather gather;
        struct op_loss loss;
        struct op_update update;
    };
};

/* The pool behind a pooled convolution, as the window of a MAX_POOL. */
struct op_window op_pool_window(const struct op_window *convolution);

#endif
