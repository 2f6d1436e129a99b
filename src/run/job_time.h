/* A run and the time that its Slurm job has. */
#ifndef RUN_JOB_TIME_H
#define RUN_JOB_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/train/trainer_status.h"

/* Do the epochs that are left fit into the seconds that are left of the job (negative: unknown)? Else words: "the 12
 * epochs left take about 40 min, the job ends in 12 min: the run will stop in epoch 7, kept to go on". True where it is
 * not known. */
bool job_time_fits(const struct trainer_status *s, double job_seconds, double margin, char *words, size_t size);

#endif
