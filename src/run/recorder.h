/* Writes what a trainer publishes into the run's folder: the curves as they grow, checkpoints, the weights and the
 * summary at the end. It only reads from the trainer, so a slow disk never slows a step. What fails is tried again
 * with the next lines, or the next checkpoint, which is kept in another place until then. Used by one thread. */
#ifndef RUN_RECORDER_H
#define RUN_RECORDER_H

#include "host/job.h"
#include "nn/train/trainer.h"
#include "run/load_meter.h"
#include "run/run_alerts.h"
#include "run/run_lines.h"
#include "run/shelter.h"
#include "run/tensorboard/event_log.h"
#include "run/usage.h"

/* The newest checkpoint, and what there was no time for. */
struct recorder_checkpoint {
    double written;     /* clock_seconds(); 0: none yet by this process */
    uint64_t steps;     /* of the run, that it has; of one that goes on, at first those it had */
    double seconds;     /* that writing it took */
    double cpu_seconds; /* of the recorder's thread for all that were written, best.h5 included, */
    int count;          /* and how many these were */
    bool model_late;    /* of the end of the run: there was no time for model.h5 */
    struct error error; /* why the last one could not be written: the one before stays. ERROR_NONE: it was */
};

struct recorder {
    const char *folder;
    struct trainer *trainer;
    const struct device *device;
    struct run_lines lines;
    uint64_t resumed_at;   /* steps that a run had which goes on; the caller's to set */
    bool went_on;          /* it has made more */
    bool shares_kept;      /* of the batch, which the trainer found: the folder's recipe has them */
    double flushed;        /* clock_seconds() */
    struct shelter shelter;
    struct run_alerts *alerts; /* the caller's to start, before the first update */
    struct event_log *events;  /* the same; NULL: TensorBoard is not wanted */
    struct run_gpus gpus;
    double job_seconds;    /* until the run is stopped as its job ends; negative: unknown */
    struct error trouble;  /* why the curves could not be written the last time */
    struct error error;    /* what the run's folder lacks in the end, and where that is; ERROR_NONE: nothing */
    struct recorder_checkpoint checkpoint;
    double seconds_a_byte; /* of the newest checkpoint's writing; 0: unknown */
    uint64_t best_epoch;   /* of best.h5, 0: none by this process */
    double best_due;       /* clock_seconds() from when on another one may be written */
    struct usage_meter *meter;
    struct usage usage;    /* at the last update */
    struct load_meter *load;
    struct load_newest newest; /* that it has measured */
    struct job job;        /* as it is known before the end */
};

/* The folder, the trainer, the device and the GPUs' sampler (NULL: none) must outlive the recorder, which takes over
 * the metrics file. `before`: the points of a run that goes on, which the file has; else NULL. */
void recorder_begin(struct recorder *r, const char *folder, struct trainer *trainer, const struct device *device,
                    struct gpu_sampler *gpus, struct metrics_writer *metrics, const struct metrics_curves *before);
void recorder_close(struct recorder *r); /* whether it came to an end or not */

/* Writes the trainer's newest snapshot as a checkpoint, and best.h5 when it has a better epoch. Appends what is new
 * when it is due: before a checkpoint, at the end of an epoch, in a pause, else at most once a second. */
void recorder_update(struct recorder *r);

/* For a trainer that is over: writes the rest of the curves, model.h5 and summary.json. A run whose model cannot be
 * written has failed; its summary and the recorder's error say so. Where the trainer was to be over by a time, what is
 * too large for what is left of it is not written: the checkpoint before stays. */
void recorder_end(struct recorder *r);

/* Instead of it, for one that another process goes on with: the rest of the curves and a checkpoint of where it is, and
 * the metrics are let go. False when these could not be written: then recorder_end() is to follow. */
bool recorder_hand_over(struct recorder *r);

/* Instead of both, for a run that is over before its first step, or the first one since it was left. What it had then
 * is as it was; where it has failed, its summary says so. */
void recorder_leave(struct recorder *r);

#endif
