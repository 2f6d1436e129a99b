/* A job that was handed in, until its run begins: a thread asks squeue how it stands, at most every ten seconds, and
 * looks for the run's folder. Slurm's controller or a file system may take long to answer, or hang: nobody waits for
 * the thread. */
#ifndef BATCH_WAIT_H
#define BATCH_WAIT_H

#include <stdbool.h>

#include "base/error.h"

enum batch_wait_state {
    BATCH_WAIT_QUEUED,
    BATCH_WAIT_STARTED, /* Slurm runs it, and its run has no folder yet */
    BATCH_WAIT_BEGAN,   /* the run has begun: nothing is asked any more */
    BATCH_WAIT_OVER     /* it is no longer there, and left no run; nor is anything asked */
};

struct batch_wait_view {
    enum batch_wait_state state;
    char reason[64]; /* why it waits, in Slurm's word: "Priority"; "": unknown. Safe to show */
};

struct batch_wait;

/* `run`: the folder that the job's run will have. `changed` is called on the thread when the view is another one, and
 * must not block. NULL with an error; batch_wait_free() it. */
struct batch_wait *batch_wait_start(const char *number, const char *run, void (*changed)(void *context), void *context,
                                    struct error *e);

void batch_wait_look(struct batch_wait *w, struct batch_wait_view *out);
void batch_wait_free(struct batch_wait *w); /* takes NULL */

#endif
