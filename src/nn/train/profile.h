/* How the time of a training step is spent: each of its operations timed, in turn with whole steps, on real batches,
 * which are on the device before the clock starts. A device that measures its operations tells their times itself; with
 * any other backend an operation is asked for and waited for, with nothing else in the device's queue. */
#ifndef NN_PROFILE_H
#define NN_PROFILE_H

#include "nn/train/executor.h"

struct profile_row {
    const struct op *op; /* the plan's */
    double seconds;      /* median over the profile's steps */
    int launches;        /* kernels, copies and fills of a device; 0 when unknown */
    struct op_cost cost;
};

struct profile {
    const struct plan *plan;
    int images;          /* in each step */
    int steps;           /* that the medians are over */
    double step_seconds; /* of the whole step as one span */
    double rows_seconds; /* of all rows together; more, as each is waited for or marked */
    bool queued;         /* each row has the way to the device and back in it */
    int launches;        /* of all rows */
    int ranks;           /* that made these steps together; 1: it was alone, and what follows says nothing */
    double waits;        /* median of whole steps: seconds that this one stood waiting for others and their sums */
    double summing, hidden; /* sums were under way for so long, and this rank computed for so much of it; negative:
                               unknown */
    struct op_cost cost; /* of all rows */
    int n_rows;
    struct profile_row rows[]; /* in the order of the plan */
};

/* Trains a few steps to warm up, then for about `seconds` (at least a handful of steps, always an odd number), with
 * batches of the loader in their order, plan->batch images each: of a step in parts, its last part is profiled. The
 * executor's weights change as in training. `c`: of ranks that do so together, each with its slice of batches; NULL:
 * one alone. `seed` and `learning_rate` are those of every step. NULL with an error.
 * free() it; the plan must outlive it. */
struct profile *profile_measure(struct executor *x, struct loader *loader, struct communicator *c, uint64_t seed,
                                double learning_rate, double seconds, struct error *e);

#endif
