/* What is in the folder of a run that was left, for it to go on from. */
#ifndef RUN_RESUME_H
#define RUN_RESUME_H

#include "nn/train/trainer.h"
#include "run/metrics.h"

struct resume {
    struct snapshot snapshot;
    struct metrics_curves curves;   /* up to it */
    struct metrics_writer *metrics; /* behind them; while it is open, no other process can go on with this run */
};

/* To go on to `epochs`. False with an error, also where more of them have begun; the folder is as it was. Else
 * resume_close() it. */
bool resume_open(struct resume *r, const char *folder, int epochs, struct error *e);

/* The same for a run that was left before its first checkpoint, or keeps none: it begins again in its folder. */
bool resume_open_again(struct resume *r, const char *folder, struct error *e);

void resume_close(struct resume *r); /* harmless on a zeroed one; whoever took the metrics has set them to NULL */

/* For trainer_start(), which takes over the snapshot. Valid as long as `r` is. */
struct trainer_resume resume_of_trainer(struct resume *r);

#endif
