/* The summary of a run, from what its trainer publishes. */
#ifndef RUN_RUN_SUMMARY_H
#define RUN_RUN_SUMMARY_H

#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/summary.h"

#define SUMMARY_FAILED "failed" /* the state of a run that failed, or lost what it learned */

/* What is known from the first step on; all else is unknown, and its state is "running". */
void run_summary_begin(const struct trainer *trainer, const struct device *device, struct summary *out);

/* That and the results, for a trainer that is over. */
void run_summary_end(const struct trainer *trainer, const struct device *device, struct summary *out);

#endif
