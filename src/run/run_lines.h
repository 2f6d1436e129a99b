/* The curves of a trainer as lines of a metrics file, as far as they have been written. */
#ifndef RUN_RUN_LINES_H
#define RUN_RUN_LINES_H

#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/metrics.h"

struct run_lines {
    const struct trainer *trainer;
    const struct device *device;
    struct metrics_writer *metrics; /* the caller's */
    bool resumed;         /* the file has the curves of a run that goes on */
    bool introduced;      /* it has its first line */
    size_t steps, epochs; /* points of the curves that it has */
    uint64_t looked;      /* the last step whose health it has; 0: none */
};

/* Epochs that are complete: with their validation, if they have one. */
size_t run_lines_epochs(const struct trainer *trainer);

/* Appends what the file lacks. An epoch's line is in front of all later steps, so that what a snapshot knows of is in
 * front of what it does not. What has been flushed counts as written: after an error the rest can be tried again. */
bool run_lines_append(struct run_lines *l, struct error *e);

#endif
