/* The curves of a run, from its metrics.jsonl as it grows: only what came since the last look is read, and by name, so
 * that a network file system shows the newest. A half-written last line waits. A file that was cut off (the run went on
 * from a checkpoint) or replaced is read anew, into other curves. Used by one thread; any may read
 * the series. */
#ifndef RUN_METRICS_FOLLOW_H
#define RUN_METRICS_FOLLOW_H

#include <stdatomic.h>

#include "base/error.h"
#include "nn/train/health.h"
#include "nn/train/series.h"
#include "run/measured.h"

struct metrics_follow;

/* As a trainer publishes them (trainer_steps() and the others). They stay until the end, also when others follow. */
struct run_curves {
    const struct series *steps, *means, *epochs;
    const struct measured *measured; /* NULL: nothing of it is kept */
    unsigned begun_anew; /* how often what was there before no longer held */
};

/* NULL with an error; metrics_follow_close() it. */
struct metrics_follow *metrics_follow_open(const char *path, struct error *e);
/* From the next look on it is another file, of the same run. */
void metrics_follow_turn(struct metrics_follow *f, const char *path);

void metrics_follow_close(struct metrics_follow *f); /* takes NULL */

/* *came: there is something new. False with an error where the file cannot be read, and all stays as it was. */
bool metrics_follow_look(struct metrics_follow *f, const atomic_bool *stopped, bool *came, struct error *e);

/* Of the step that was looked at last; step 0: none was. Valid until the next look. */
const struct health *metrics_follow_health(const struct metrics_follow *f);

struct run_curves metrics_follow_curves(const struct metrics_follow *f);

#endif
