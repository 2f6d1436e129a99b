/* Whether two pooled convolutions chose the same winners: two sums may differ by less than their rounding errors, and
 * then either may win. */
#ifndef SUPPORT_OP_WINNERS_H
#define SUPPORT_OP_WINNERS_H

#include "tests/support/op_cases.h"

/* By how much the values that `got` chose fall short of those that `expected` did: the most, as a part of the largest
 * value of `expected` (of 0.1 where all are smaller). INFINITY where there is no such choice. */
double op_winners_difference(const struct op_case *c, const unsigned char *expected, const unsigned char *got);

#endif
