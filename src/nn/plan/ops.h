/* The operations a plan is made of, one row each: the vocabulary between layers and backends.
 *
 * A row is all that is said of an operation. From it come the tables and declarations of the CPU's kernels
 * (kernels/kernels.h), the CUDA kernels (gpu/), the reference and the random cases of the tests, the cost of a step
 * (plan.h) and the check of every plan (plan_check.h); what is missing of one fails the build by name.
 *
 *   X(KIND, name, settings, gradient, products, inputs, outputs)
 *     KIND, name   OP_KIND, and what the functions are called: kernel_name, gpu_name, reference_name, draw_name
 *     settings     the member of struct op that has the sizes (op_settings.h)
 *     gradient     its rule in plan_gradient.c; no_gradient where none passes through it
 *     products     PRODUCTS(dimensions): it multiplies and adds once for each; NO_PRODUCTS: memory is what it waits for
 *     inputs       IN(operands), in the order of op.in[]
 *     outputs      OUT(operands), in the order of op.out[]; every output is overwritten
 *   An operand is HOW(element, name, dimensions): READ, WRITE, UPDATE (read, and written in its place), REPLACE (read;
 *   the first output may take its memory), and MAYBE_… for one that may be VALUE_NONE.
 *
 * Dimensions: N images in the step, at most the plan's batch, M these and the one behind them where the settings have
 * `next`; images are NHWC, kernels HWIO, dense weights (in, out), as in Keras. H W C of an image that goes in, K
 * channels that come out, KH KW the window, OH OW what it leaves of H and W, PH PW what a pool behind it leaves of
 * those (see `pooled`); I O inputs and outputs; P values an image (of operations with channels: pixels); R ranks that
 * train together; G the numbers of an arena, or of a part of one. */
#ifndef NN_OPS_H
#define NN_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/plan/op_settings.h"

/* clang-format off */
#define OPERATIONS(X) \
    /* x: images in the batch, or those of struct step by index, mirrored, turned and moved; normalisation: mean, \
     * 1/deviation */ \
    X(GATHER, gather, gather, no_gradient, NO_PRODUCTS, \
      IN(READ(U8, images, M, H, W, C), READ(I32, index, M), READ(F32, normalisation, 2, C)), \
      OUT(WRITE(F32, x, M, H, W, C))) \
    /* y: x in other colours, then with a square of it cut out */ \
    X(RETOUCH, retouch, retouch, no_gradient, NO_PRODUCTS, \
      IN(REPLACE(F32, x, M, H, W, C), READ(F32, normalisation, 2, C)), \
      OUT(WRITE(F32, y, M, H, W, C))) \
    /* y: x, each image mixed with the next one as struct step_mix says, the last with the first where there is none \
     * behind it */ \
    X(MIX, mix, mix, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, M, H, W, C)), \
      OUT(WRITE(F32, y, N, H, W, C))) \
    /* y is activated; moments: mean and biased variance of y over N, OH and OW, of a linear one that is not pooled */ \
    X(CONV2D, conv2d, window, conv2d_gradient, PRODUCTS(N, OH, OW, K, KH, KW, C), \
      IN(READ(F32, x, N, H, W, C), READ(F32, w, KH, KW, C, K), MAYBE_READ(F32, b, K)), \
      OUT(WRITE(F32, y, N, PH, PW, K), MAYBE_WRITE(U8, winner, N, PH, PW, K), MAYBE_WRITE(F32, moments, 2, K))) \
    X(CONV2D_INPUT_GRADIENT, conv2d_input_gradient, window, no_gradient, PRODUCTS(N, OH, OW, K, KH, KW, C), \
      IN(READ(F32, dy, N, PH, PW, K), READ(F32, w, KH, KW, C, K), MAYBE_READ(U8, winner, N, PH, PW, K)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    X(CONV2D_WEIGHT_GRADIENT, conv2d_weight_gradient, window, no_gradient, PRODUCTS(N, OH, OW, K, KH, KW, C), \
      IN(READ(F32, x, N, H, W, C), READ(F32, dy, N, PH, PW, K), MAYBE_READ(U8, winner, N, PH, PW, K)), \
      OUT(WRITE(F32, dw, KH, KW, C, K), MAYBE_WRITE(F32, db, K))) \
    /* Each channel by itself, with a window of its own: K is C. The kernel is Keras's (KH, KW, C, 1): one filter a \
     * channel. y is activated; moments: as those of CONV2D */ \
    X(DEPTHWISE_CONV2D, depthwise_conv2d, window, depthwise_conv2d_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C), READ(F32, w, KH, KW, C), MAYBE_READ(F32, b, C)), \
      OUT(WRITE(F32, y, N, OH, OW, C), MAYBE_WRITE(F32, moments, 2, C))) \
    X(DEPTHWISE_CONV2D_INPUT_GRADIENT, depthwise_conv2d_input_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, OH, OW, C), READ(F32, w, KH, KW, C)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    X(DEPTHWISE_CONV2D_WEIGHT_GRADIENT, depthwise_conv2d_weight_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C), READ(F32, dy, N, OH, OW, C)), \
      OUT(WRITE(F32, dw, KH, KW, C), MAYBE_WRITE(F32, db, C))) \
    /* y is activated */ \
    X(DENSE, dense, dense, dense_gradient, PRODUCTS(N, I, O), \
      IN(READ(F32, x, N, I), READ(F32, w, I, O), MAYBE_READ(F32, b, O)), \
      OUT(WRITE(F32, y, N, O))) \
    X(DENSE_INPUT_GRADIENT, dense_input_gradient, dense, no_gradient, PRODUCTS(N, I, O), \
      IN(READ(F32, dy, N, O), READ(F32, w, I, O)), \
      OUT(WRITE(F32, dx, N, I))) \
    X(DENSE_WEIGHT_GRADIENT, dense_weight_gradient, dense, no_gradient, PRODUCTS(N, I, O), \
      IN(READ(F32, x, N, I), READ(F32, dy, N, O)), \
      OUT(WRITE(F32, dw, I, O), MAYBE_WRITE(F32, db, O))) \
    /* winner: position in the window, row-major, of the first of its greatest values */ \
    X(MAX_POOL, max_pool, window, max_pool_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C)), \
      OUT(WRITE(F32, y, N, OH, OW, C), MAYBE_WRITE(U8, winner, N, OH, OW, C))) \
    X(MAX_POOL_GRADIENT, max_pool_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, OH, OW, C), READ(U8, winner, N, OH, OW, C)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    /* the mean counts no padding but where `counts_padding` says so, then zeros */ \
    X(AVERAGE_POOL, average_pool, window, average_pool_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C)), \
      OUT(WRITE(F32, y, N, OH, OW, C))) \
    X(AVERAGE_POOL_GRADIENT, average_pool_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, OH, OW, C)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    X(GLOBAL_AVERAGE_POOL, global_average_pool, window, global_average_pool_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C)), \
      OUT(WRITE(F32, y, N, C))) \
    X(GLOBAL_AVERAGE_POOL_GRADIENT, global_average_pool_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, C)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    /* winner: the pixel, row-major, of the first of a channel's greatest values */ \
    X(GLOBAL_MAX_POOL, global_max_pool, norm, global_max_pool_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C)), \
      OUT(WRITE(F32, y, N, C), MAYBE_WRITE(I32, winner, N, C))) \
    X(GLOBAL_MAX_POOL_GRADIENT, global_max_pool_gradient, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, C), READ(I32, winner, N, C)), \
      OUT(WRITE(F32, dx, N, P, C))) \
    /* nearest neighbour: each value stride × stride times */ \
    X(UPSAMPLE, upsample, window, upsample_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, H, W, C)), \
      OUT(WRITE(F32, y, N, OH, OW, C))) \
    X(UPSAMPLE_GRADIENT, upsample_gradient, window, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, OH, OW, C)), \
      OUT(WRITE(F32, dx, N, H, W, C))) \
    /* moving: mean and variance so far; moments: of x, computed where they are not given; \
     * saved: mean, 1/sqrt(variance + epsilon) */ \
    X(BATCH_NORM, batch_norm, norm, batch_norm_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), READ(F32, gamma, C), READ(F32, beta, C), UPDATE(F32, moving, 2, C), \
         MAYBE_READ(F32, moments, 2, C)), \
      OUT(WRITE(F32, y, N, P, C), WRITE(F32, saved, 2, C))) \
    X(BATCH_NORM_INFERENCE, batch_norm_inference, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), READ(F32, gamma, C), READ(F32, beta, C), READ(F32, moving, 2, C)), \
      OUT(WRITE(F32, y, N, P, C))) \
    X(BATCH_NORM_GRADIENT, batch_norm_gradient, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), READ(F32, dy, N, P, C), READ(F32, gamma, C), READ(F32, saved, 2, C)), \
      OUT(WRITE(F32, dx, N, P, C), WRITE(F32, dgamma, C), WRITE(F32, dbeta, C))) \
    /* The same over the whole batch of several ranks (plan_synchronise.h). all: of each rank the number of pixels, \
     * mean and biased variance of x, 0 but for this one's; moments: of x, computed where they are not given */ \
    X(SPREAD_MOMENTS, spread_moments, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), MAYBE_READ(F32, moments, 2, C)), \
      OUT(WRITE(F32, all, R, 3, C))) \
    /* moments: mean and biased variance over the pixels of all ranks */ \
    X(MERGE_MOMENTS, merge_moments, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, all, R, 3, C)), \
      OUT(WRITE(F32, moments, 2, C))) \
    /* sums: of dy, and of dy × (x - mean) */ \
    X(BATCH_NORM_SUMS, batch_norm_sums, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), READ(F32, dy, N, P, C), READ(F32, saved, 2, C)), \
      OUT(WRITE(F32, sums, 2, C), WRITE(F32, dgamma, C), WRITE(F32, dbeta, C))) \
    /* dx: by sums over the whole batch */ \
    X(BATCH_NORM_INPUT_GRADIENT, batch_norm_input_gradient, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), READ(F32, dy, N, P, C), READ(F32, gamma, C), READ(F32, saved, 2, C), \
         READ(F32, sums, 2, C)), \
      OUT(WRITE(F32, dx, N, P, C))) \
    /* y: x times a factor for each channel of each image */ \
    X(GATE, gate, norm, gate_gradient, NO_PRODUCTS, \
      IN(REPLACE(F32, x, N, P, C), READ(F32, factor, N, C)), \
      OUT(WRITE(F32, y, N, P, C))) \
    X(GATE_GRADIENT, gate_gradient, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C), REPLACE(F32, dy, N, P, C), READ(F32, factor, N, C)), \
      OUT(WRITE(F32, dx, N, P, C), WRITE(F32, dfactor, N, C))) \
    X(ACTIVATION, activation, elements, activation_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P)), \
      OUT(WRITE(F32, y, N, P))) \
    /* y, or x where the gradient needs that (activation.h); dx is times 1/(1-rate) */ \
    X(ACTIVATION_GRADIENT, activation_gradient, elements, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, y, N, P), REPLACE(F32, dy, N, P)), \
      OUT(WRITE(F32, dx, N, P))) \
    /* y: kept values times 1/(1-rate); element i of the step's batch is word i of RANDOM_DROPOUT, kept when \
     * uniform >= rate */ \
    X(DROPOUT, dropout, elements, dropout_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P)), \
      OUT(WRITE(F32, y, N, P))) \
    /* the same mask again */ \
    X(DROPOUT_GRADIENT, dropout_gradient, elements, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, dy, N, P)), \
      OUT(WRITE(F32, dx, N, P))) \
    X(ADD, add, elements, add_gradient, NO_PRODUCTS, \
      IN(REPLACE(F32, a, N, P), REPLACE(F32, b, N, P)), \
      OUT(WRITE(F32, y, N, P))) \
    /* weights: of the classes, 1 where there are none; metrics: sum of the losses, divided by the rows of \
     * the whole batch; number of correct answers */ \
    X(SOFTMAX_LOSS, softmax_loss, loss, softmax_loss_gradient, NO_PRODUCTS, \
      IN(READ(F32, logits, N, K), READ(I32, labels, M), MAYBE_READ(F32, weights, K)), \
      OUT(WRITE(F32, probabilities, N, K), WRITE(F32, metrics, 2))) \
    /* of that loss */ \
    X(SOFTMAX_LOSS_GRADIENT, softmax_loss_gradient, loss, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, probabilities, N, K), READ(I32, labels, M), MAYBE_READ(F32, weights, K)), \
      OUT(WRITE(F32, dlogits, N, K))) \
    /* x: of one part of a step, after its last part the sum over all; sums: those of the parts so far. Nothing is \
     * done in a step of one part */ \
    X(ACCUMULATE, accumulate, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, x, G), UPDATE(F32, sums, G)), \
      OUT()) \
    /* gradients are scaled so that their norm is at most clip */ \
    X(CLIP_GRADIENT, clip_gradient, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, gradients, G)), \
      OUT()) \
    X(SGD, sgd, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, parameters, G), READ(F32, gradients, G), MAYBE_UPDATE(F32, velocity, G)), \
      OUT()) \
    X(ADAM, adam, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, parameters, G), READ(F32, gradients, G), UPDATE(F32, first, G), UPDATE(F32, second, G)), \
      OUT()) \
    /* squares: the mean of the gradients' squares so far */ \
    X(RMSPROP, rmsprop, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, parameters, G), READ(F32, gradients, G), UPDATE(F32, squares, G), \
         MAYBE_UPDATE(F32, velocity, G)), \
      OUT()) \
    /* Begins to replace numbers by their sums over all ranks that train together; alone it does nothing. \
     * Until AWAIT they belong to the communicator of struct step */ \
    X(ALL_REDUCE, all_reduce, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, numbers, G)), \
      OUT()) \
    /* numbers: all that were begun are sums */ \
    X(AWAIT, await, update, no_gradient, NO_PRODUCTS, \
      IN(UPDATE(F32, numbers, G)), \
      OUT()) \
    /* norm: the Euclidean one of x, or of x - from where that is given; kept: a copy of x */ \
    X(L2_NORM, l2_norm, update, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, G), MAYBE_READ(F32, from, G)), \
      OUT(WRITE(F32, norm, 1), MAYBE_WRITE(F32, kept, G))) \
    /* silent: how many channels are 0 at every pixel of every image */ \
    X(SILENT, silent, norm, no_gradient, NO_PRODUCTS, \
      IN(READ(F32, x, N, P, C)), \
      OUT(WRITE(F32, silent, 1)))
/* clang-format on */

enum op_kind {
#define OPERATION(KIND, ...) OP_##KIND,
    OPERATIONS(OPERATION)
#undef OPERATION
    OP_COUNT
};

/* How the products of convolutions and dense layers take their operands; X(KIND, name). Weights, sums and all else are
 * fp32 always.
 *     TF32  as tensor cores take fp32: 10 bits of mantissa; a CPU computes fp32
 *     BF16  rounded to bfloat16: 8 bits of mantissa, fp32's range */
#define PRECISIONS(X) \
    X(FP32, fp32) \
    X(TF32, tf32) \
    X(BF16, bf16)

enum precision {
#define PRECISION(KIND, name) PRECISION_##KIND,
    PRECISIONS(PRECISION)
#undef PRECISION
};
enum { PRECISIONS_COUNT = 0
#define PRECISION(KIND, name) + 1
       PRECISIONS(PRECISION)
#undef PRECISION
};
extern const char *const precision_names[]; /* "fp32"; ends with NULL */

/* Position of a value in its plan. */
typedef int value;
enum { VALUE_NONE = -1, OP_INPUTS = 5, OP_OUTPUTS = 3, OP_DIMENSIONS = 7 };

enum element { ELEMENT_F32, ELEMENT_U8, ELEMENT_I32 };

enum op_use { OP_READ, OP_WRITE, OP_UPDATE, OP_REPLACE };

/* One operand of a row. A dimension is a number, or a letter that the class's dimension() knows; 0 ends them. */
struct op_operand {
    const char *name; /* NULL: there is no such operand */
    enum op_use use;
    enum element element;
    bool optional;
    unsigned char dimensions[OP_DIMENSIONS + 1];
};

struct op;

/* A row of OPERATIONS. */
struct op_class {
    const char *name; /* "CONV2D_WEIGHT_GRADIENT" */
    unsigned char products[OP_DIMENSIONS + 1]; /* dimensions; none: NO_PRODUCTS */
    struct op_operand in[OP_INPUTS], out[OP_OUTPUTS];
    int64_t (*dimension)(const struct op *op, int letter); /* of its settings */
};
extern const struct op_class op_classes[OP_COUNT];

const char *op_name(enum op_kind kind); /* "CONV2D_WEIGHT_GRADIENT" */
bool op_multiplies(enum op_kind kind);  /* it has PRODUCTS: a precision matters to it */
bool op_is_convolution(enum op_kind kind); /* CONV2D or one of its gradients */
bool op_is_update(enum op_kind kind);      /* an optimiser's */

/* The product of dimensions of an operation's row, N counted as `rows`; 1 for none. A double, as products of a whole
 * network's sizes can pass 2^63; operands' counts are exact. */
double op_count(const struct op *op, const unsigned char *dimensions, int rows);
bool op_per_image(const struct op_operand *operand); /* its first dimension is N or M */

struct op {
    enum op_kind kind;
    value in[OP_INPUTS], out[OP_OUTPUTS]; /* as in its row; VALUE_NONE past the last */
    int layer; /* of the recipe, for names and profiles; -1 for none */
    enum precision precision; /* a backend may use fp32 where less is not faster */
    bool beside_next; /* the next operation may run at the same time: neither reads or overwrites what the other has */
    union {
        struct op_window window;
        struct op_dense dense;
        struct op_norm norm;
        struct op_elements elements;
        struct op_gather gather;
        struct op_retouch retouch;
        struct op_mix mix;
        struct op_loss loss;
        struct op_update update;
    };
};

/* The pool behind a pooled convolution, as the window of a MAX_POOL. */
struct op_window op_pool_window(const struct op_window *convolution);

#endif
