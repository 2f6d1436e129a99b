/* The Slurm job that this process is in, from its environment, and how much time it has left. Jobs are never started or
 * killed. */
#ifndef HOST_JOB_H
#define HOST_JOB_H

#include <stdbool.h>

struct job {
    bool inside;
    char id[32];       /* "" outside a job */
    char node[64];     /* Slurm's name for it, else the host's name */
    double end;        /* seconds since the epoch, from SLURM_JOB_END_TIME; 0 when unknown */
};

void job_read(struct job *out);
double job_seconds_left(const struct job *j); /* negative when unknown; 0 from the end on */

/* Older versions of Slurm do not put the job's end into its environment. Then `squeue` is asked, once, how much time is
 * left, in a process that nobody waits for, since Slurm's controller may take long to answer. */
struct job_question;

/* Starts squeue. NULL outside a job, when its end is known, and where squeue cannot be started. */
struct job_question *job_question_ask(const struct job *job);

/* Sets job->end when the answer has come; never waits. True when the question is over, because the answer has come or
 * half a minute has passed. */
bool job_question_take(struct job_question *q, struct job *job);

int job_question_descriptor(const struct job_question *q); /* for poll(): readable when there is something to take */
void job_question_free(struct job_question *q);            /* over or not; takes NULL */

#endif
