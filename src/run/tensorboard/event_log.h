/* Writes the curves of a trainer into an event file in the folder of its run, which TensorBoard follows as it grows. A
 * run that goes on has another file, which says from which step on the ones before no longer hold. What is written is
 * with the system at once: one that is killed leaves whole records. Used by one thread. */
#ifndef RUN_TENSORBOARD_EVENT_LOG_H
#define RUN_TENSORBOARD_EVENT_LOG_H

#include "nn/train/trainer.h"

struct event_log;

/* How far the curves are written. */
struct event_progress {
    bool goes_on;         /* other files have what came before, up to here */
    size_t steps, epochs; /* points */
    uint64_t looked;      /* the last step whose health is; 0: none */
};

/* The trainer outlives it. No file is made before there is something to write. NULL with ERROR_MEMORY. */
struct event_log *event_log_new(const char *folder, const struct trainer *trainer, struct event_progress before,
                                struct error *e);

/* Appends the points that came since the last time; epochs: those that are complete. After an error they are tried
 * again at the next. */
bool event_log_append(struct event_log *l, size_t epochs, struct error *e);

void event_log_free(struct event_log *l); /* takes NULL; closes the file */

#endif
