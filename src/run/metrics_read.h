/* The curves of a run, read back from its metrics.jsonl (run/metrics.h). A half-written last line is left out. */
#ifndef RUN_METRICS_READ_H
#define RUN_METRICS_READ_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "nn/train/health.h"
#include "nn/train/series.h"
#include "run/load_point.h"
#include "run/summary.h"

/* All of them, unless `stopped` (NULL: nobody stops it) says that they are no longer wanted: that is
 * an error like others. metrics_read_free() them. */
struct metrics_curves {
    bool introduced;           /* `run` is there */
    struct summary run;        /* as it was at the start */
    size_t n_steps, n_epochs, n_loads, n_looks;
    struct point *steps;       /* of training steps, see step_group.h */
    struct point *train, *valid; /* [n_epochs], position = epochs done; NaN where there was no validation */
    struct load_point *loads;
    struct health *looks; /* of steps that were looked at; of very many about every second, fourth … and the last */
};
bool metrics_read(const char *path, const atomic_bool *stopped, struct metrics_curves *out, struct error *e);

/* Up to a step and a validation, in whole groups of steps; *whole: the bytes of the lines that are. */
bool metrics_read_part(const char *path, uint64_t last_step, uint64_t last_epoch, struct metrics_curves *out,
                       off_t *whole, struct error *e);

/* What came behind the first `from` bytes, which are whole lines; as above. For who follows a file that grows. */
bool metrics_read_on(const char *path, off_t from, const atomic_bool *stopped, struct metrics_curves *out,
                     off_t *whole, struct error *e);

/* The first line alone: what run it is. */
bool metrics_read_run(const char *path, struct summary *out, struct error *e);
void metrics_read_free(struct metrics_curves *c);

#endif
