/* A device that works as late as it may: the CPU behind a queue in which everything stays until somebody waits for it.
 * Staged memory is read and written then, so that whoever touches it too early or too late is found out. */
#ifndef TESTS_SUPPORT_QUEUE_BACKEND_H
#define TESTS_SUPPORT_QUEUE_BACKEND_H

#include "nn/plan/backend.h"

/* What the next device that is opened is like. */
struct queue_settings {
    uint64_t room; /* bytes of its memory; 0: without end, and room() does not know */
    int fail_at;   /* the device is lost in this run(), 1 for the first; 0: never */
    /* Told of each run() when it is asked for, on the thread that asks. */
    void (*asked)(void *context, int run);
    void *context;
};

/* What happened to it. */
struct queue_account {
    int runs_asked, runs_done;
    int most_waiting;  /* runs that were in the queue at once */
    uint64_t uploaded; /* bytes */
    int open_at_close; /* buffers and staged memory that nobody gave back */
    int closed;        /* devices */
};

extern struct queue_settings queue_settings;
extern struct queue_account queue_account;

extern const struct backend_class queue_backend_class; /* three steps ahead */
extern const struct backend_class eager_backend_class; /* the same, but all is done at once */

#endif
