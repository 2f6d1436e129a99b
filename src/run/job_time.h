/* A run and the time that its Slurm job has. */
#ifndef RUN_JOB_TIME_H
#define RUN_JOB_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/train/trainer_status.h"

/* Do the epochs that are left fit into the seconds after which the run is stopped because its job ends (negative:
 * unknown)? Else words: "10 epochs left take 40:00, the job has 12:00 for them: the run will stop in epoch 14, kept to
 * go on". True where it is not known. */
bool job_time_fits(const struct trainer_status *s, double seconds, char *words, size_t size);

#endif
