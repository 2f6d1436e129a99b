/* A device that works as late as it may: the CPU, with a queue in which everything stays until somebody waits for it.
 * Staged memory is read and written only then, so that a caller that touches it too early shows in a test. */
#ifndef TESTS_SUPPORT_QUEUE_BACKEND_H
#define TESTS_SUPPORT_QUEUE_BACKEND_H

#include "nn/plan/backend.h"

/* Settings of the next device that is opened. */
struct queue_settings {
    uint64_t room; /* bytes of its memory; 0: unlimited, and room() returns that it is unknown */
    int fail_at;   /* the device is lost in this step, 1 for the first; 0: never */
    /* Called at each step, on the thread that calls it. */
    void (*asked)(void *context, int run);
    void *context;
};

/* What happened to it since it was opened. */
struct queue_account {
    int runs_asked, runs_done; /* steps that run() was called for, and how many of these it has worked on */
    int most_waiting;          /* the most that were in the queue at once */
    uint64_t uploaded;         /* bytes */
    int open_at_close;         /* buffers and staged memory that were not freed */
    int closed;                /* devices */
};

extern struct queue_settings queue_settings;
extern struct queue_account queue_account;

extern const struct backend_class queue_backend_class; /* up to three steps in the queue */
extern const struct backend_class eager_backend_class; /* the same, but everything is done at once */

#endif
