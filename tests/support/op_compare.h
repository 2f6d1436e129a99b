/* Compares a backend with the reference, case by case. Errors say what differs, or are those of the backend. */
#ifndef SUPPORT_OP_COMPARE_H
#define SUPPORT_OP_COMPARE_H

#include "tests/support/op_cases.h"

/* Runs a case; `after` [plan.arena_bytes[ARENA_ACTIVATIONS]] is the arena then. */
bool op_case_run(const struct op_case *c, const struct backend_class *class, int threads, unsigned char *after,
                 struct error *e);

/* The largest difference of a value's floats, relative to the largest float of `expected` (to the value's magnitude if
 * all are smaller, as sums that cancel are). Values of two rows (mean and variance, loss and count) are compared row by
 * row. INFINITY if only one of the two is a NAN. Bytes and integers must be equal, but for the winners of a pooled
 * convolution: either of two equal sums may win. */
double op_case_difference(const struct op_case *c, value v, const unsigned char *expected, const unsigned char *got);

/* Runs the reference, once for any number of comparisons; it has only one precision. */
bool op_case_expect(struct op_case *c, struct error *e);

/* Runs a backend and compares; the error names the first value whose difference is more than `bound`. */
bool op_case_agrees(const struct op_case *c, const struct backend_class *class, int threads, double bound,
                    struct error *e);

/* All of this for the first `count` cases of an operation. */
bool op_cases_agree(const struct backend_class *class, int threads, enum op_kind kind, int count, double bound,
                    struct error *e);

#endif
