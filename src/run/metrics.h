/* metrics.jsonl: one JSON object a line, appended while a run goes on. A half-written last line, which a killed job can
 * leave, is not an error.
 *
 *     {"kind":"run","name":"mnist-cnn","dataset":"digits",… what a summary has, as far as it is known at the start}
 *     {"kind":"resume",… the same, where the run was left and went on}
 *     {"kind":"step","step":1,"epoch":0.004,"loss":2.3,"accuracy":0.1,"learning_rate":0.001,"seconds":0.02,
 *      "images_per_second":3200}
 *     {"kind":"step","step":20000,… of four steps, the last of which it names,… "steps":4,"loss_low":0.31,
 *      "loss_high":0.52,"accuracy_low":0.86,"accuracy_high":0.94}
 *     {"kind":"epoch","epoch":1,"loss":0.4,"accuracy":0.9,"valid_loss":0.3,"valid_accuracy":0.91,"learning_rate":…}
 *
 *     {"kind":"load","seconds":12,"epoch":1.4,"cpu_load":0.97,"memory_bytes":8.1e8,… of LOAD_FIGURES (load_point.h)}
 *     {"kind":"health","step":120,… as in run/health_json.h: of a step that was looked at}
 *     {"kind":"alert","alert":"stuck","seconds":12.5,"text":"nothing is learned: …"}
 *
 * A number that is not finite is null. Readers skip kinds that they do not know. */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "base/error.h"
#include "nn/train/health.h"
#include "nn/train/series.h"
#include "run/metrics_read.h"

struct metrics_writer;

/* Makes a new file. NULL with an error, also when the file exists; metrics_close() it. While it is open no other
 * process can open it, so that a run has one trainer. */
struct metrics_writer *metrics_create(const char *path, struct error *e);

/* Does a process have it open to write? On this node, and on others where the file system's locks reach so far. */
bool metrics_are_claimed(const char *path);

/* Lines stay in memory until the flush. False with an error when there is no memory. */
bool metrics_run(struct metrics_writer *w, const struct summary *run, bool resumed, struct error *e);
bool metrics_step(struct metrics_writer *w, struct point p, struct error *e);
/* The training mean of an epoch, and its validation (NULL: there was none). */
bool metrics_epoch(struct metrics_writer *w, int epoch, struct point train, const struct point *valid, struct error *e);

bool metrics_load(struct metrics_writer *w, const struct load_point *p, struct error *e);
bool metrics_health(struct metrics_writer *w, const struct health *h, struct error *e);
bool metrics_alert(struct metrics_writer *w, const char *name, double seconds, const char *text, struct error *e);

/* Appends the lines to the file with one write. When that fails the file still ends with a whole line, that of the
 * flush before, and the lines in memory are dropped: the caller has its series and can add them again. */
bool metrics_flush(struct metrics_writer *w, struct error *e);
bool metrics_close(struct metrics_writer *w, struct error *e); /* flushes, and closes even when that fails; takes NULL
                                                                  */

/* For a run that goes on from behind a step and a validation: reads the curves up to there, and opens the file, from
 * which the first flush cuts off what comes behind. NULL with an error and no curves. */
struct metrics_writer *metrics_reopen(const char *path, uint64_t last_step, uint64_t last_epoch,
                                      struct metrics_curves *out, struct error *e);

#endif
