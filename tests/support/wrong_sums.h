/* A communicator that passes all on to another one, but for one sum, which comes back wrong: as where a device or a
 * library has computed wrong. */
#ifndef TESTS_SUPPORT_WRONG_SUMS_H
#define TESTS_SUPPORT_WRONG_SUMS_H

#include "nn/plan/communicator.h"

struct wrong_sums {
    struct communicator base;
    struct communicator *of;
    float *wrong; /* whose first number is wrong once the sums are there; or NULL */
    int begun, which;
};

/* `of` is the caller's; of its all_reduce() calls number `which`, from 1, goes wrong. */
struct wrong_sums wrong_sums_over(struct communicator *of, int which);

#endif
