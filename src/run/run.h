/* A run: a trainer, and the recorder that writes its folder. `cuvette train` and the screen both start one. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "nn/recipe/recipe_warnings.h"
#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/recorder.h"
#include "run/run_alerts.h"
#include "run/run_setup.h"

struct run;

/* Checks the recipe, its device and its data set, and that its model can be trained and saved; makes the folder, writes
 * recipe.ini, starts trainer and recorder. NULL with an error and nothing left behind. */
struct run *run_start(const struct run_setup *setup, struct error *e);
struct trainer *run_trainer(const struct run *r);
const char *run_folder(const struct run *r);
const struct device *run_device(const struct run *r);
size_t run_parameters(const struct run *r); /* trainable numbers */
const struct recipe_warnings *run_warnings(const struct run *r);
size_t run_epochs_before(const struct run *r); /* that were trained when it went on; 0 for a new run */

/* True when the trainer is over and the recorder has written everything. */
bool run_over(const struct run *r);
/* Stops it where it is, with a checkpoint, for another process to go on with it (successor.h): nothing in its folder
 * says that it has ended, the user's command of its end is not run. It must have advanced. */
void run_hand_over(struct run *r);
bool run_handed_over(const struct run *r); /* it is over for that reason; false also where it ended by itself before */
/* What is known of its job by now: the run stops before it ends, see job_stop.h. Any time, any thread. */
void run_set_job(struct run *r, const struct job *job);
double run_job_seconds(const struct run *r); /* until it stops for that reason, see job_stop_seconds() */
struct run_alerts *run_alerts(const struct run *r);
void run_usage(const struct run *r, struct usage *out); /* what it has used so far */
void run_load(const struct run *r, struct load_newest *out); /* of its device, since it began or went on */
bool run_out_of_time(const struct run *r); /* it was stopped for that reason */
bool run_advanced(const struct run *r); /* it has made a step since it began or went on */
/* Waits until it is. False, after trainer_stop_soon() and within eight seconds of it, when a file system does not
 * answer. A checkpoint or model that is too large for that time is left out; the checkpoint before stays. */
bool run_wait(struct run *r);
/* False when the run is over and made no step; then its folder has been removed, unless it was to go on. */
bool run_kept(const struct run *r);
/* Of one that is over: what could not be written into its folder, why, and where it is kept instead; or ERROR_NONE. */
void run_recorder_error(const struct run *r, struct error *out);
/* The newest checkpoint, and why there is no newer one: that the last could not be written ends nothing. */
void run_checkpoint(const struct run *r, struct recorder_checkpoint *out);
/* What cannot be written at the moment, a checkpoint or lines of the curves, and where it is kept. ERROR_NONE: all can.
 * Training goes on all the same. */
void run_trouble(const struct run *r, struct error *out);
/* Stops it first when it is not over; takes NULL. One that run_wait() gave up waiting for is left behind. */
void run_close(struct run *r);

#endif
