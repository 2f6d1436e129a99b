/* Random cases of single operations, to hold a backend against the reference: a plan of one operation, its values with
 * contents, and a step of 1..batch rows. Outputs start as rubbish, and so do the rows past the step's: a backend has
 * to overwrite the ones and leave the others alone. */
#ifndef SUPPORT_OP_CASES_H
#define SUPPORT_OP_CASES_H

#include "nn/plan/backend.h"

enum { OP_CASE_VALUES = OP_INPUTS + OP_OUTPUTS };

struct op_case {
    struct plan plan; /* points into this struct: do not copy */
    struct plan_value values[OP_CASE_VALUES];
    double magnitude[OP_CASE_VALUES]; /* differences are measured over this where all of a value's numbers are smaller */
    struct op op;
    struct step step;
    uint64_t seed;
    unsigned char *contents; /* of ARENA_ACTIVATIONS, where all values lie */
    unsigned char *held; /* images that the device holds, of held_bytes; NULL in most cases */
    size_t held_bytes;
    unsigned char *expected; /* what the reference makes of them: op_case_expect() */
};

/* The same case for the same kind and seed. False when out of memory. */
bool op_case_draw(struct op_case *c, enum op_kind kind, uint64_t seed);
/* A convolution's or its gradients', with a window that is given. */
bool op_case_draw_window(struct op_case *c, enum op_kind kind, const struct op_window *window, uint64_t seed);
/* By a function of the caller's (draw.h): for sizes that chance does not come upon. */
struct chance;
bool op_case_draw_by(struct op_case *c, enum op_kind kind, void (*draw)(struct op_case *c, struct chance *r),
                     uint64_t seed);
void op_case_free(struct op_case *c);

#endif
