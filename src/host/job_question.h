/* Asks Slurm how much time the job has left, once, where its environment does not tell when it ends (older
 * versions): `squeue` in a process of its own, as Slurm's controller answers when it can. Nobody waits for it. */
#ifndef HOST_JOB_QUESTION_H
#define HOST_JOB_QUESTION_H

#include "host/job.h"

struct job_question;

/* NULL where there is nothing to ask or nobody to be asked: outside a job, when its end is known, without squeue. */
struct job_question *job_question_ask(const struct job *job);

/* Looks for the answer, never waiting: sets job->end when it has come. True when all is over, answered or not; what
 * has not come within half a minute does not come. */
bool job_question_take(struct job_question *q, struct job *job);

int job_question_descriptor(const struct job_question *q); /* to be polled: readable when there is something to take */
void job_question_free(struct job_question *q);            /* over or not; takes NULL */

#endif
