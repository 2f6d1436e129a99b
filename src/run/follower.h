/* A rank of a run that has no folder: it computes its part of each step, and does what rank 0 does. */
#ifndef RUN_FOLLOWER_H
#define RUN_FOLLOWER_H

#include "run/run_setup.h"

/* From start to end. `setup` is that of rank 0's run, and `follows`. False with an error: ERROR_STOPPED where rank 0
 * was stopped. */
bool follower_train(const struct run_setup *setup, struct error *e);

#endif
