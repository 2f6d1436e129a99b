/* Asks Slurm, once, when the job began and how much time it has left: its environment tells that in newer versions
 * only. Slurm's controller may take long to answer, or its program may hang: a thread waits for it, and nobody for the
 * thread. */
#ifndef HOST_JOB_QUESTION_H
#define HOST_JOB_QUESTION_H

#include "host/job.h"

struct job_question;

/* Starts squeue. NULL outside a job, when its end is known, and where the system gives no thread. */
struct job_question *job_question_ask(const struct job *job);

/* Sets job->begin and job->end when the answer has come; never waits. True when the question is over: the answer has
 * come, squeue has failed, or half a minute has passed. */
bool job_question_take(struct job_question *q, struct job *job);

int job_question_descriptor(const struct job_question *q); /* for poll(): readable when the question is over */
void job_question_free(struct job_question *q);            /* over or not; takes NULL */

/* Asks, and waits for an answer for at most so many seconds: for commands that end with it. */
void job_question_settle(struct job *job, double seconds);

#endif
