/* Measures the load of a run's devices over time, a piece of some seconds after the other. One thread's. */
#ifndef RUN_LOAD_METER_H
#define RUN_LOAD_METER_H

#include <stdbool.h>

#include "nn/train/trainer_status.h"
#include "run/load_point.h"
#include "run/run_gpus.h"

struct load_meter;

/* `gpus` must outlive it; `points`: those that the run has already. NULL without memory. */
struct load_meter *load_meter_new(const struct run_gpus *gpus, size_t points);

/* True when a piece is over, and `out` is what it was like. Pieces are of two seconds of training at first and become
 * longer, so that there are never many; of a run that is over the rest is one. `epoch`: the position of the newest
 * step, 0 before the first. Call it every second or so; of NULL it is false. */
bool load_meter_take(struct load_meter *m, const struct trainer_status *status, double epoch,
                     struct load_point *out);

void load_meter_free(struct load_meter *m); /* takes NULL */

#endif
