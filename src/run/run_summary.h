/* The summary of a run, from what its trainer publishes. */
#ifndef RUN_RUN_SUMMARY_H
#define RUN_RUN_SUMMARY_H

#include "host/job.h"
#include "nn/train/trainer.h"
#include "run/devices.h"
#include "run/summary.h"
#include "run/usage.h"

/* What is known from the first step on; all else is unknown, and its state is "running". */
void run_summary_begin(const struct trainer *trainer, const struct device *device, struct summary *out);

/* That and the results, for a trainer that is over. */
void run_summary_end(const struct trainer *trainer, const struct device *device, struct summary *out);

/* That and what its curves tell, for one that was left and is over before it has got at its checkpoint. */
void run_summary_left(const struct trainer *trainer, const struct device *device, struct summary *out);

/* Adds what the run used of its job, and would ask for. */
void run_summary_usage(const struct trainer *trainer, const struct device *device, const struct job *job,
                       const struct usage *usage, struct summary *out);

#endif
