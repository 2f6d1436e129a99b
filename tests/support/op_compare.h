/* Holds a backend against the reference, case by case. */
#ifndef SUPPORT_OP_COMPARE_H
#define SUPPORT_OP_COMPARE_H

#include "tests/support/op_cases.h"

/* Runs a case and brings the arena back (plan.arena_bytes[ARENA_ACTIVATIONS]). */
bool op_case_run(const struct op_case *c, const struct backend_class *class, int threads, unsigned char *after,
                 struct error *e);

/* Largest difference of a value's floats over the largest float of `expected` (over 0.1 where all are smaller: sums
 * that cancelled). Values of two rows (mean and variance, loss and count) are measured row by row. INFINITY where only one
 * is not a number. Bytes and integers must be equal, but for a pooled convolution's winners (op_winners.h). */
double op_case_difference(const struct op_case *c, value v, const unsigned char *expected, const unsigned char *got);

/* Draws `count` cases of an operation and compares the backend with the reference, which knows but one precision; the
 * error tells the first case that differs by more than `bound`. */
bool op_cases_agree(const struct backend_class *class, int threads, enum op_kind kind, enum precision precision,
                    int count, double bound, struct error *e);

#endif
