/* Which batch fits into a memory. */
#ifndef NN_BATCH_FIT_H
#define NN_BATCH_FIT_H

#include <stdint.h>

#include "nn/plan/plan.h"

/* The largest batch, rounded down to a number that is easily remembered (4 to 7 times a power of two), whose plan would
 * take at most `room` bytes, of which an eighth is left to the backend's workspaces. 0: there is none. */
int batch_fit(const struct plan *plan, uint64_t room);

#endif
