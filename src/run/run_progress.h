/* How far a run is, and how well it did: from the epochs that its metrics.jsonl tells of. */
#ifndef RUN_RUN_PROGRESS_H
#define RUN_RUN_PROGRESS_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/error.h"

struct run_progress {
    off_t read;           /* bytes of the file that these figures are of: whole lines */
    int epochs;           /* the last one that it tells of */
    double best_accuracy; /* the highest of a validation, a fraction; negative: there was none */
    int best_epoch;       /* in which it was, the first of them */
    double seconds;       /* of training up to the last line; negative: unknown */
};

#define RUN_PROGRESS_NONE ((struct run_progress){ .best_accuracy = -1, .seconds = -1 })

/* Reads on from where the last look ended, or from the beginning where the file is another one or was cut. Lines that
 * are damaged are passed over. `stopped` as in metrics_read(). False with an error when it cannot be read, and `p` is
 * as it was. */
bool run_progress_read(struct run_progress *p, const char *path, const atomic_bool *stopped, struct error *e);

#endif
