/* metrics.jsonl: one JSON object a line, appended while a run goes on; a half-written last line (a killed job) is no error. */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "nn/series.h"
#include "base/error.h"

struct metrics_writer;

struct metrics_writer *metrics_create(const char *path, struct error *e);
/* {"kind":"step","step":1,"epoch":0.004,"loss":2.3,"accuracy":0.1} and {"kind":"epoch",…} */
bool metrics_step(struct metrics_writer *w, size_t step, struct point p, struct error *e);
bool metrics_epoch(struct metrics_writer *w, int epoch, struct point train, struct point valid, double seconds,
                   double learning_rate, struct error *e);
bool metrics_flush(struct metrics_writer *w, struct error *e);
bool metrics_close(struct metrics_writer *w, struct error *e); /* closes whatever it returns */

/* The curves of a run, read back. metrics_curves_free() them. */
struct metrics_curves {
    size_t n_steps, n_epochs;
    struct point *steps;       /* training, every step */
    struct point *train, *valid; /* [n_epochs], position = epochs done */
};
bool metrics_read(const char *path, struct metrics_curves *out, struct error *e);
void metrics_curves_free(struct metrics_curves *c);

#endif
