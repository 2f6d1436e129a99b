/* Work that a thread of its own does while this one goes on, and that can be given up at any time: whoever of the two
 * needs it last frees it. For what may crash, flood or never come back there are errands (base/errand.h).
 *
 * The data are the thread's until the chore is over, but for what is atomic in them. */
#ifndef BASE_CHORE_H
#define BASE_CHORE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

struct chore;

struct chore_setup {
    const char *does; /* "reads curves": for the error where there is no thread */
    bool (*work)(struct chore *c, void *data, struct error *e); /* on the thread; false with an error */
    void (*free)(void *data);       /* on either thread, when nobody needs them any more */
    void (*changed)(void *context); /* rung on the thread when it is over; must not block; NULL: nobody is told */
    void *context;
};

/* Starts it. NULL with an error, and then the data are still the caller's. */
struct chore *chore_start(const struct chore_setup *setup, void *data, struct error *e);

/* Waits at most so many seconds. True when it is over: then *e is why it failed, of kind ERROR_NONE when it did not. */
bool chore_wait(struct chore *c, double seconds, struct error *e);

/* Asks it to end and waits for that, but at most so many seconds: then it goes on without anybody. Either way it is no
 * longer the caller's, nor are the data, and nobody is told any more. Takes NULL. */
void chore_stop(struct chore *c, double seconds);

/* For the work: whether it was asked to end, and a ring before the end. */
const atomic_bool *chore_stopped(const struct chore *c);
void chore_ring(struct chore *c);

#endif
