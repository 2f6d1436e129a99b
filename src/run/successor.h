/* The process that goes on with a run when this one lets it go (run_hand_over()): `cuvette resume` in a session of its
 * own, without a terminal, that no signal of this one's terminal reaches. What it prints is appended to a file in the
 * run's folder. A thread starts it and waits for its first word there. */
#ifndef RUN_SUCCESSOR_H
#define RUN_SUCCESSOR_H

#include "base/path.h"
#include "run/run_alerts.h"

#define SUCCESSOR_LOG "output.log" /* that file */

struct successor;

struct successor_setup {
    const char *folder;           /* of the run, which nobody trains; copied */
    bool login_node;              /* it may train on one */
    struct run_commands commands; /* of the user's; their texts must outlive it */
    void (*changed)(void *context); /* called on the thread when it is settled; must not block */
    void *context;
};

/* NULL with an error where the system gives no thread or memory; successor_free() it. */
struct successor *successor_start(const struct successor_setup *setup, struct error *e);

/* True when it is settled: *e has kind ERROR_NONE where the run's status names the new process, or it has ended well
 * already; else says why it ended, in its own words. */
bool successor_settled(struct successor *s, struct error *e);

/* Whether it trains or is still to begin, it goes on by itself. Takes NULL. */
void successor_free(struct successor *s);

#endif
