/* Work that threads take piece by piece, so that nobody waits long for one whose core was taken away for a while. Every
 * thread begins with a share of its own, from the front; one that is through takes from the ends of the others' shares.
 * As long as nothing comes between, each does its own share, and no data changes caches.
 *
 * Where pieces begin and end depends on nothing but the sizes and the number of threads. Who does one must not show in
 * the results: there are no sums over pieces, unless every thread keeps to its own share. */
#ifndef KERNELS_CLAIMS_H
#define KERNELS_CLAIMS_H

#include <stdbool.h>

#include "kernels/kernels.h"

struct claims {
    const struct kernel_task *task;
    int64_t count, grain, most; /* what is divided, in which grains (share_of), and how much of it a piece may be */
    int shares, done;           /* how many threads' shares may be taken from, and how many of these are empty */
};

/* `own`: others' shares are left alone. */
struct claims claims_of(const struct kernel_task *task, int64_t count, int64_t grain, int64_t most, bool own);

/* Each thread opens its share before a meeting, after which all go through the same claims. */
void claims_open(const struct claims *c);

/* The next piece for this thread; false when there is none left. */
bool claims_next(struct claims *c, struct share *piece);

#endif
