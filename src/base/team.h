/* The threads that compute: the caller is thread 0, the others wait for work. A thread that waits spins for a moment,
 * then sleeps: on a node whose cores are shared, one that spins for long keeps from running the very thread it waits
 * for. Where two of them have come to share a core, it sleeps at once. (OpenMP's barriers spin for milliseconds. With
 * one busy neighbour a core, an epoch of the digits took more than twenty times as long as with these.) */
#ifndef BASE_TEAM_H
#define BASE_TEAM_H

#include "base/error.h"

struct team;

/* `start` runs once on each of the team's threads, the caller's included. NULL with an error when threads cannot be made. */
struct team *team_new(int threads, void (*start)(void), struct error *e);
void team_free(struct team *t); /* not while it works; takes NULL */

/* Calls work(context, thread) on every thread, 0..threads-1, and returns when all have. */
void team_run(struct team *t, void (*work)(void *context, int thread), void *context);

/* Within work: returns when every thread has called it. What one did before, the others see after. */
void team_meet(struct team *t);

#endif
