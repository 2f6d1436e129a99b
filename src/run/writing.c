#include "run/writing.h"

#include "base/clock.h"

/* Bytes: fewer tell of the opening of the file, and not of how quickly it is written. */
static const uint64_t telling = 1 << 20;

struct writing writing_begin(const struct trainer *trainer, double rate)
{
    return (struct writing){ .trainer = trainer, .began = clock_seconds(), .rate = rate };
}

bool writing_in_time(void *context, uint64_t done, uint64_t all)
{
    const struct writing *w = context;
    double until = trainer_until(w->trainer), now = clock_seconds();
    double rate = done >= telling ? (now - w->began) / (double)done : w->rate;

    return until == 0 || now + rate * (double)(all - done) < until;
}

struct atomic_wish writing_wish(struct writing *w)
{
    return (struct atomic_wish){ .go_on = writing_in_time, .context = w };
}
