/* Random cases of single operations, to compare a backend with the reference: a plan of one operation, its values with
 * their contents, and a step of 1..batch rows. Outputs begin as NANs, in all rows: a backend must overwrite those of
 * the step and leave the others alone. */
#ifndef SUPPORT_OP_CASES_H
#define SUPPORT_OP_CASES_H

#include "nn/plan/backend.h"

enum { OP_CASE_VALUES = OP_INPUTS + OP_OUTPUTS };

struct op_case {
    struct plan plan; /* points into this struct: do not copy */
    struct plan_value values[OP_CASE_VALUES];
    double magnitude[OP_CASE_VALUES]; /* differences are relative to this if all numbers of a value are smaller */
    struct op op;
    struct step step;
    uint64_t seed;
    unsigned char *contents; /* of ARENA_ACTIVATIONS, where all values are */
    unsigned char *held;     /* images that the device holds, held_bytes of them; NULL in most cases */
    size_t held_bytes;
    unsigned char *expected; /* the arena after the reference ran: op_case_expect() */
};

/* Draws a case: the same one for the same kind and seed. False without memory. op_case_free() it in either case. */
bool op_case_draw(struct op_case *c, enum op_kind kind, uint64_t seed);
/* Of a convolution or its gradients, with this window. */
bool op_case_draw_window(struct op_case *c, enum op_kind kind, const struct op_window *window, uint64_t seed);
/* By a function of the caller's (draw.h), for sizes that are not drawn at random. */
struct chance;
bool op_case_draw_by(struct op_case *c, enum op_kind kind, void (*draw)(struct op_case *c, struct chance *r),
                     uint64_t seed);
void op_case_free(struct op_case *c);

#endif
