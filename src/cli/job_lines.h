/* What a run without a screen is told of its Slurm job, and tells of it: when the job ends, and that the run's epochs
 * do not fit into it. */
#ifndef CLI_JOB_LINES_H
#define CLI_JOB_LINES_H

#include "cli/epoch_lines.h"
#include "host/job_question.h"
#include "run/run.h"

struct job_lines {
    struct job job;
    struct job_question *question; /* how much time the job has; NULL: it is known, or cannot be */
    struct gpu_sampler *gpus;      /* how busy they are; NULL: the job has none, and none trains */
    bool told_end, told_short;
};

/* Asks Slurm where it has to, and waits for nothing. `device`: the name of the one that trains. */
void job_lines_begin(struct job_lines *j, const char *device);
int job_lines_descriptor(const struct job_lines *j); /* for poll(): readable when there is an answer; or -1 */
/* Why the run that goes on, or, without one (NULL), the newest one, was cut off, where that can be told. To be called
 * before a run begins. */
void job_lines_cut_off(const char *folder);
/* What is odd about what the job has and the run makes of it, with what to type. */
void job_lines_check(const struct job_lines *j, const struct run *run);
void job_lines_update(struct job_lines *j, struct run *run, struct epoch_lines *lines,
                      const struct trainer_status *status);
/* At the end: what the run used of the job, and what would have been enough. Nothing outside a job. */
void job_lines_outcome(const struct job_lines *j, const struct run *run, const struct trainer_status *status);
void job_lines_end(struct job_lines *j);

#endif
