/* A plan: model + batch size become one flat list of operations, forward, backward, update and evaluate, with the
 * offset of every value in a few arenas decided once. The step loop allocates nothing.
 *
 *   plan_builder   layers emit forward operations
 *   plan_gradient  one rule a forward operation appends its backward operations
 *   plan_accumulate  appends the sums of a step that is computed in parts
 *   plan_fuse      merges neighbours
 *   plan_synchronise  takes batch norm over all ranks that train together
 *   plan_distribute  sums gradients over the ranks that train together
 *   plan_health    appends what looks at gradients, updates and dead ReLUs
 *   plan_check     holds every operation to its row
 *   plan_memory    gives every activation its offset, by lifetime
 *
 * nn/recipe/compile.c calls them in this order; plan_print shows what came of it. */
#ifndef NN_PLAN_H
#define NN_PLAN_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "nn/plan/ops.h"
#include "nn/plan/shape.h"

/* Their order is part of what a checkpoint says of its plan (snapshot_layout()): a new one comes last. */
#define ARENAS(X) \
    X(PARAMETERS, "trainable parameters; a save is one read of this and STATISTICS") \
    X(GRADIENTS, "the gradients of the parameters that are trained") \
    X(OPTIMISER, "the optimiser's moments") \
    X(STATISTICS, "not trained but kept: normalisation, class weights, batch norm's moving mean and variance") \
    X(BATCH, "what the loader brings: images, labels, sample numbers") \
    X(ACTIVATIONS, "values between operations, by lifetime") \
    X(METRICS, "what is read back: loss and correct answers") \
    X(TOTALS, "gradients and metrics of the parts of a step so far")

enum arena {
#define ARENA(kind, help) ARENA_##kind,
    ARENAS(ARENA)
#undef ARENA
    ARENA_COUNT
};

enum initialiser { INITIALISE_ZERO, INITIALISE_ONE, INITIALISE_GLOROT_UNIFORM, INITIALISE_FILL };

struct plan_value {
    char name[48];         /* parameters: Keras's ("kernel", "gamma"), others for the print */
    enum arena arena;
    enum element element;
    bool per_image;        /* dims[0] is the batch: a step of fewer rows uses the front part */
    bool whole;            /* over other values' memory: an arena's, which an optimiser works on, or a layer's part */
    int rank, dims[4];
    size_t bytes, offset;  /* in the arena; offsets are multiples of PLAN_ALIGNMENT */
    value alias;           /* shares the memory of this value (a reshape, in place), else VALUE_NONE */
    value gradient;        /* of a parameter: its value in GRADIENTS, which has those of trained layers in the same
                              order; of an activation: the sum so far while the backward list is made */
    int layer;             /* that declared it; -1 for none */
    enum initialiser initialiser;
    int fan_in, fan_out;
    float fill; /* INITIALISE_FILL: every number */
};

enum span {
    SPAN_FEATURES, /* of frozen layers that are apart; else there is none */
    SPAN_FORWARD,
    SPAN_BACKWARD,
    SPAN_UPDATE,
    SPAN_STEP, /* forward, backward and update */
    SPAN_EVALUATE,
    /* What looks at a step, each behind its part of one, in the steps alone that are looked at (plan_health.h). */
    SPAN_HEALTH_FORWARD,
    SPAN_HEALTH_BACKWARD,
    SPAN_HEALTH_UPDATE,
    SPAN_COUNT
};

struct plan {
    int batch; /* the most rows that go through it at once */
    int step;  /* the most rows of a training step; more than `batch`: they go through in parts, one after the other */
    int next;  /* 1: behind a training step's rows, and those of a part, stands the next image of the whole batch, after
                  its last the first, which the last row is mixed with; 0: that is the first row */
    struct shape input;
    int classes;
    int frozen; /* layers, from the first, that are not trained: they have no gradients, and compute as in evaluation */

    struct plan_value *values;
    int n_values;
    struct op *ops;
    int n_ops;
    struct {
        int first, end;
    } spans[SPAN_COUNT];
    size_t arena_bytes[ARENA_COUNT];

    /* What the trainer writes before a step and reads after it. */
    value images, labels, index, normalisation, metrics, probabilities;
    /* Of frozen layers that are apart: SPAN_FEATURES makes `made` of a batch of images, and all other spans begin with
     * the same numbers in `features`, which is in BATCH. VALUE_NONE: they are not. */
    value made, features;
    value class_weights; /* [classes] in STATISTICS: of the loss of training; VALUE_NONE: all alike */
};

void plan_free(struct plan *plan); /* NULL is fine */

size_t plan_parameters(const struct plan *plan); /* of all layers, frozen ones included */
size_t plan_trained(const struct plan *plan);    /* of those that are trained; 0 in a plan for evaluation alone */
size_t plan_bytes(const struct plan *plan);      /* all arenas: the memory needed beside the backend's workspace */

/* The largest batch, rounded down to a number that is easily remembered (4 to 7 times a power of two), whose plan would
 * need at most `room` bytes, of which an eighth is left to the backend's workspaces. 0: there is none. */
int plan_fitting_batch(const struct plan *plan, uint64_t room);
/* The least parts in which its steps would do so; 0: there is no such number. */
int plan_fitting_parts(const struct plan *plan, uint64_t room);

int plan_parts(const struct plan *plan); /* that a step of the most rows has */

size_t plan_value_count(const struct plan_value *v); /* elements, at the full batch */

/* The operation that `op` runs right behind in a step that is looked at; `op` itself where it is of no such span. */
int plan_behind(const struct plan *plan, int op);

/* Bytes from the beginning of a value in an arena to the next. */
enum { PLAN_ALIGNMENT = MEMORY_LINE };
static inline size_t plan_aligned(size_t bytes)
{
    return size_round_up(bytes, PLAN_ALIGNMENT);
}

/* The work of an operation in a step of `rows` images; over the time it takes, this is a backend's speed.
 *     flops  of its products, as its row in ops.h counts them whatever method a backend uses, a multiplication and an
 *            addition counted as two; 0 where only memory matters
 *     bytes  every operand moved once: inputs read, outputs written, what is updated in place both */
struct op_cost {
    double flops, bytes;
};
struct op_cost plan_cost(const struct plan *plan, const struct op *op, int rows);

/* Aliases followed: the value whose memory v uses, itself when it has its own. */
value plan_root(const struct plan *plan, value v);
const struct plan_value *plan_place(const struct plan *plan, value v);

/* How many operands read v, or what shares its memory; and the first operation past `after` that does, or PLAN_END. */
enum { PLAN_END = -1 };
int plan_uses(const struct plan *plan, value v);
int plan_reader(const struct plan *plan, value v, int after);

/* Takes an operation out of the list; spans are moved along. */
void plan_remove(struct plan *plan, int position);

#endif
