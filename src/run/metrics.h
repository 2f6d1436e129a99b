/* metrics.jsonl: one JSON object a line, appended while a run goes on; a half-written last line is no error (a job that
 * was killed).
 *
 *     {"kind":"run","name":"mnist-cnn","dataset":"digits",… what a summary has, as far as it is known at the start}
 *     {"kind":"step","step":1,"epoch":0.004,"loss":2.3,"accuracy":0.1,"learning_rate":0.001,"seconds":0.02}
 *     {"kind":"epoch","epoch":1,"loss":0.4,"accuracy":0.9,"valid_loss":0.3,"valid_accuracy":0.91,"learning_rate":…}
 *
 * What is no finite number is null. Readers pass over kinds that they do not know. */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "base/error.h"
#include "nn/train/series.h"
#include "run/summary.h"

struct metrics_writer;

/* A new file: one that exists is an error. */
struct metrics_writer *metrics_create(const char *path, struct error *e);

/* Lines are kept in memory until the flush. `step` counts from 1. */
bool metrics_run(struct metrics_writer *w, const struct summary *run, struct error *e);
bool metrics_step(struct metrics_writer *w, size_t step, struct point p, struct error *e);
/* The training mean of an epoch, and its validation (NULL: there was none). */
bool metrics_epoch(struct metrics_writer *w, int epoch, struct point train, const struct point *valid, struct error *e);

/* Appends them with one write. When that fails the file ends with the last flush's whole line, as before, and the
 * lines kept in memory are dropped: the caller still has its series and can add them again. */
bool metrics_flush(struct metrics_writer *w, struct error *e);
bool metrics_close(struct metrics_writer *w, struct error *e); /* flushes; closes whatever it returns; takes NULL */

/* The curves of a run, read back. metrics_curves_free() them. */
struct metrics_curves {
    bool introduced;           /* `run` is there */
    struct summary run;        /* as of the start */
    size_t n_steps, n_epochs;
    struct point *steps;       /* training, every step */
    struct point *train, *valid; /* [n_epochs], position = epochs done; a validation that was none has NaN */
};
bool metrics_read(const char *path, struct metrics_curves *out, struct error *e);
void metrics_curves_free(struct metrics_curves *c);

#endif
