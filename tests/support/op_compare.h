/* Holds a backend against the reference, case by case. */
#ifndef SUPPORT_OP_COMPARE_H
#define SUPPORT_OP_COMPARE_H

#include "tests/support/op_cases.h"

/* Runs a case and brings the arena back (plan.arena_bytes[ARENA_ACTIVATIONS]). */
bool op_case_run(const struct op_case *c, const struct backend_class *class, int threads, unsigned char *after,
                 struct error *e);

/* Largest difference of a value's floats over the largest float of `expected` (over the value's magnitude where all are
 * smaller: sums that cancelled). Values of two rows (mean and variance, loss and count) are measured row by row.
 * INFINITY where only one is not a number. Bytes and integers must be equal, but for a pooled convolution's winners:
 * either of two equal sums may win. */
double op_case_difference(const struct op_case *c, value v, const unsigned char *expected, const unsigned char *got);

/* Runs the reference, which knows but one precision, once for any number of comparisons. */
bool op_case_expect(struct op_case *c, struct error *e);

/* Runs a backend and compares; the error tells the first value that differs from the expected by more than `bound`. */
bool op_case_agrees(const struct op_case *c, const struct backend_class *class, int threads, double bound,
                    struct error *e);

/* All of that for the first `count` cases of an operation. */
bool op_cases_agree(const struct backend_class *class, int threads, enum op_kind kind, int count, double bound,
                    struct error *e);

#endif
