/* The Slurm job this process is in, from its environment. It informs the screen; it never launches or kills jobs. */
#ifndef HOST_JOB_H
#define HOST_JOB_H

#include <stdbool.h>

struct job {
    bool inside;
    char id[32];       /* "" outside a job */
    char node[64];     /* as Slurm calls it, else the host's name */
    double end;        /* seconds since the epoch, or 0 when unknown (SLURM_JOB_END_TIME; job_question.h) */
};

void job_read(struct job *out);
double job_seconds_left(const struct job *j); /* negative when unknown; 0 from the end on */

#endif
