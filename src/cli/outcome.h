/* The last words about a run without a screen: what came of it, what is kept, and how it goes on. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli/job_lines.h"

struct outcome {
    const struct job_lines *job;
    int stopped_by; /* a signal, or 0 */
    int last_epoch; /* after which it was to be left, though the recipe has more; 0: none */
    bool requeue;   /* in a Slurm job: when its time is over, or a rank is lost, the job is queued again */
    bool together;  /* it was one of several ranks, */
    bool lost;      /* of which another one failed or is lost */
    bool quiet;     /* errors only */
};

/* Of a rank that speaks in the place of rank 0, which is lost. */
struct outcome_orphaned {
    const char *folder;      /* the run's; NULL: only rank 0 knew it */
    uint64_t steps_at_start; /* of its checkpoint; 0: there was none */
    bool requeue;            /* as above */
};

/* Adds to *e, which says that rank 0 is lost, what is kept and how it goes on. */
void outcome_tell_orphaned(const struct outcome_orphaned *o, struct error *e);

/* Of a run that is over. False with the error with which the command ends, ERROR_STOPPED where it was stopped. */
bool outcome_tell(const struct run *run, const struct outcome *o, struct error *e);

#endif
