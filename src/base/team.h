/* The threads that compute together: the caller is thread 0, the others wait for work.
 *
 * A thread that waits spins for a moment, then sleeps: on a node whose cores are shared, one that spins for long takes
 * the core from the very thread that it waits for. If two of the team's threads share a core, they sleep at once.
 * (OpenMP's barriers spin for milliseconds. With one busy neighbour on each core, an epoch of the digits took more than
 * twenty times as long with them as with these.) */
#ifndef BASE_TEAM_H
#define BASE_TEAM_H

#include "base/error.h"
#include "base/limits.h"

struct team;

/* A team of `threads` threads, at least 1, the caller's included. NULL with ERROR_MEMORY, or with ERROR_DEVICE where
 * the system starts no more threads. team_free() it. */
struct team *team_new(int threads, struct error *e);
void team_free(struct team *t); /* ends its threads; not while it works; may be NULL */

/* Calls work(context, thread) on every thread, 0..threads-1, and returns when all calls have returned. The caller is
 * thread 0; one call at a time. */
void team_run(struct team *t, void (*work)(void *context, int thread), void *context);

/* Within work: returns when every thread has called it. What a thread wrote before, all see after. */
void team_barrier(struct team *t);

/* A thread's share of the work on items 0..count-1: begin..end-1. */
struct share {
    int64_t begin, end;
};

/* Shares begin and end at multiples of `grain`, but for the end of the last. With fewer grains than threads some shares
 * are empty, any but the first. They depend on nothing but these numbers. */
static inline struct share team_share(int64_t count, int64_t grain, int thread, int threads)
{
    int64_t grains = int64_ceil_div(count, grain);
    int64_t begin = int64_ceil_div(grains * thread, threads) * grain;
    int64_t end = int64_ceil_div(grains * (thread + 1), threads) * grain;

    return (struct share){ int64_min(begin, count), int64_min(end, count) };
}

#endif
