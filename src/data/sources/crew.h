/* The threads that make images side by side: they read, decode and scale, each a whole image at a time. They are
 * started when several images are first wanted at once. */
#ifndef DATA_CREW_H
#define DATA_CREW_H

#include "data/sources/source.h"

enum { CREW_MOST = 32 /* threads */ };

struct crew;

/* Makes one image: number `i` of those that are asked for, on this thread of the crew, 0..CREW_MOST-1. Adds to *reading
 * the seconds that it waited for the image's bytes. False with an error. */
typedef bool crew_work(void *context, int i, int thread, double *reading, struct error *e);

/* At most so many threads; 0: as many as cores are allotted. NULL with an error; crew_free() it. */
struct crew *crew_new(int threads, struct error *e);
void crew_free(struct crew *c); /* takes NULL */

/* Calls `make` for 0..n-1, each once, in no order that is known, and returns when all calls have. Threads pass the gate
 * (may be NULL) before each. What all that took is added to *effort. False with the error of one that failed; the
 * others are then left out as far as they have not begun. One call at a time. */
bool crew_run(struct crew *c, int n, crew_work *make, void *context, struct gate *gate, struct source_effort *effort,
              struct error *e);

#endif
