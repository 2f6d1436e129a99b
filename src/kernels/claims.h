/* Work stealing: work that threads take piece by piece, so that nobody waits long for a thread that lost its core for a
 * while. Every thread begins with its own share, from the front; one that is done takes pieces from the ends of the
 * others' shares. As long as nothing delays a thread, each does its own share, and no data moves between caches.
 *
 * Where pieces begin and end depends on nothing but the sizes and the number of threads. The result must not depend on
 * which thread does a piece: nothing may be summed over pieces, unless every thread keeps to its own share. */
#ifndef KERNELS_CLAIMS_H
#define KERNELS_CLAIMS_H

#include <stdbool.h>

#include "kernels/kernels.h"

struct claims {
    const struct kernel_task *task;
    int64_t count, grain; /* items that are divided, in which grains (team_share()) */
    int64_t most;         /* items in a piece, at most; at least a grain */
    int shares, done;     /* threads whose shares may be taken from, and how many of these are found empty */
};

/* The same numbers on every thread. `own`: threads keep to their own shares. */
struct claims claims_of(const struct kernel_task *task, int64_t count, int64_t grain, int64_t most, bool own);

/* Each thread calls this once before a barrier; after it all call claims_next() with the same numbers. */
void claims_open(const struct claims *c);

/* Takes the next piece for this thread; false when there is none left. */
bool claims_next(struct claims *c, struct share *piece);

#endif
