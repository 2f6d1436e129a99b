/* Work that a process of its own does while this one goes on (base/guard.h): what hangs, crashes or floods there holds
 * up neither the screen nor the end of the program. A thread waits for it.
 *
 * The paper is memory that both processes have: this one writes on it what is asked, that one what it finds. */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include <stddef.h>

#include "base/guard.h"

struct errand;

struct errand_setup {
    bool (*work)(void *paper, struct error *e); /* in that process */
    const void *asked;          /* copied to the beginning of the paper; */
    size_t asked_size, size;    /* the rest of its `size` bytes is zero */
    struct guard_limits limits; /* `stop` is the errand's own */
    const char *subject;        /* the path that it is about; copied */
    void (*ended)(void *context); /* called on the thread, and must not block; NULL: nobody is told */
    void *context;
};

/* NULL with an error where the system gives no thread or memory; errand_free() it. */
struct errand *errand_start(const struct errand_setup *setup, struct error *e);

/* Waits at most so many seconds. True when it is over: then *e is why it failed, of kind ERROR_NONE when it did not. */
bool errand_wait(struct errand *r, double seconds, struct error *e);

/* What is on it is complete when the errand is over; a work that writes atomics there can be read while it goes on. */
const void *errand_paper(const struct errand *r);

/* Over or not: the process is killed, and nobody waits for it. `ended` is not called from now on. Takes NULL. */
void errand_free(struct errand *r);

#endif
