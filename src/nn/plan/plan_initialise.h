/* Starting values of a plan's parameters and statistics, pure functions of seed and position. */
#ifndef NN_PLAN_INITIALISE_H
#define NN_PLAN_INITIALISE_H

#include "nn/plan/plan.h"

/* Fills PARAMETERS and STATISTICS, host arrays of arena_bytes. The normalisation among the latter is the caller's. */
void plan_initialise(const struct plan *plan, uint64_t seed, float *parameters, float *statistics);

#endif
