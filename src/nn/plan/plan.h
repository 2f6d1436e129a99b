/* A plan: model + batch size become one flat list of operations, forward, backward, update and evaluate, with the
 * place of every buffer in a few arenas decided once. The step loop allocates nothing.
 *
 *   layers emit forward operations          layer.h, plan_builder.c
 *   one rule a forward operation            plan_gradient.c   asks for its backward operations
 *   neighbours are merged                  plan_fuse*.c
 *   every value gets its place              plan_memory.c     by lifetime
 *   and all can be read                     plan_print.c */
#ifndef NN_PLAN_H
#define NN_PLAN_H

#include <stdio.h>

#include "base/error.h"
#include "nn/plan/ops.h"
#include "nn/plan/shape.h"

#define ARENAS(X) \
    X(PARAMETERS, "trainable parameters; a save is one read of this and STATISTICS") \
    X(GRADIENTS, "the parameters' gradients, at the same offsets") \
    X(OPTIMISER, "the optimiser's moments") \
    X(STATISTICS, "not trained but kept: normalisation, batch norm's moving mean and variance") \
    X(BATCH, "what the loader brings: images, labels, sample numbers") \
    X(ACTIVATIONS, "values between operations, placed by lifetime") \
    X(METRICS, "what is read back: loss and correct answers")

enum arena {
#define ARENA(kind, help) ARENA_##kind,
    ARENAS(ARENA)
#undef ARENA
    ARENA_COUNT
};

enum initialiser { INITIALISE_ZERO, INITIALISE_ONE, INITIALISE_GLOROT_UNIFORM };

struct plan_value {
    char name[48];         /* parameters: Keras's ("kernel", "gamma"), others for the print */
    enum arena arena;
    enum element element;
    bool per_image;        /* dims[0] is the batch: a step of fewer rows uses the front part */
    bool whole;            /* the whole arena, whatever else lies in it: what an optimiser works on */
    int rank, dims[4];
    size_t bytes, offset;  /* in the arena; offsets are multiples of 64 */
    value alias;           /* shares the place of this value (a reshape, in place), else VALUE_NONE */
    value gradient;        /* of a parameter: its place in GRADIENTS, at the same offset; of an activation: the sum so far
                              while the backward list is made */
    int layer;             /* that declared it; -1 for none */
    enum initialiser initialiser;
    int fan_in, fan_out;
};

enum span { SPAN_FORWARD, SPAN_BACKWARD, SPAN_UPDATE, SPAN_STEP /* the three before */, SPAN_EVALUATE, SPAN_COUNT };

struct plan {
    int batch; /* the most rows a step can have */
    struct shape input;
    int classes;

    struct plan_value *values;
    int n_values;
    struct op *ops;
    int n_ops;
    struct {
        int first, end;
    } spans[SPAN_COUNT];
    size_t arena_bytes[ARENA_COUNT];

    /* Where the trainer puts and finds things. */
    value images, labels, index, normalisation, metrics, probabilities;
};

struct layer;
struct recipe;

/* Builds the whole plan of a recipe for images of a shape. `training` false: evaluation only (no gradients,
 * no optimiser state). NULL with an error that names the layer and both shapes. plan_free() it. */
struct plan *plan_new(const struct recipe *recipe, struct shape input, int classes, bool training, struct error *e);
void plan_free(struct plan *plan);

size_t plan_parameters(const struct plan *plan);     /* trainable numbers */
size_t plan_bytes(const struct plan *plan);          /* all arenas: the memory forecast without the backend's workspace */
size_t plan_value_count(const struct plan_value *v); /* elements, at the full batch */
const struct plan_value *plan_place(const struct plan *plan, value v); /* the value whose place v uses (aliases followed) */
void plan_print(const struct plan *plan, FILE *out);

/* Starting values of PARAMETERS and STATISTICS as host arrays of arena_bytes (normalisation is the caller's to fill). */
void plan_initialise(const struct plan *plan, uint64_t seed, float *parameters, float *statistics);

#endif
