/* The Slurm job this process is in, from its environment, and how much time it has left. It informs the screen; it never
 * launches or kills jobs. */
#ifndef HOST_JOB_H
#define HOST_JOB_H

#include <stdbool.h>

struct job {
    bool inside;
    char id[32];       /* "" outside a job */
    char node[64];     /* as Slurm calls it, else the host's name */
    double end;        /* seconds since the epoch, from SLURM_JOB_END_TIME; 0 when unknown */
};

void job_read(struct job *out);
double job_seconds_left(const struct job *j); /* negative when unknown; 0 from the end on */

/* Asks Slurm how much time the job has left, once, where its environment does not tell when it ends (older versions):
 * `squeue` in a process of its own, as Slurm's controller answers when it can. Nobody waits for it. */
struct job_question;

/* NULL where there is nothing to ask or nobody to be asked: outside a job, when its end is known, without squeue. */
struct job_question *job_question_ask(const struct job *job);

/* Looks for the answer, never waiting: sets job->end when it has come. True when all is over, answered or not; what
 * has not come within half a minute does not come. */
bool job_question_take(struct job_question *q, struct job *job);

int job_question_descriptor(const struct job_question *q); /* to be polled: readable when there is something to take */
void job_question_free(struct job_question *q);            /* over or not; takes NULL */

#endif
