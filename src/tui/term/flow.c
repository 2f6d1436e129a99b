#include "tui/term/flow.h"

#include <string.h>

static const double first_answer_seconds = 1, unanswered_seconds = 0.5, stalled_seconds = 30;

void flow_begin(struct flow *f, double now)
{
    *f = (struct flow){ .begun = now, .round_trip = -1 };
}

/* Forgets the seconds that are too old by now. */
static void advance(struct flow *f, double now)
{
    int64_t second = (int64_t)(now - f->begun);

    if (second - f->newest_second >= FLOW_SECONDS)
        memset(f->second, 0, sizeof f->second);
    else
        for (int64_t s = f->newest_second + 1; s <= second; s++)
            f->second[s % FLOW_SECONDS] = 0;
    f->newest_second = second;
}

void flow_frame(struct flow *f, size_t bytes, double now)
{
    advance(f, now);
    f->second[f->newest_second % FLOW_SECONDS] += bytes;
    f->bytes += bytes;
    f->frames++;
    if (f->waiting && !f->answers)
        f->given_up = true;
    f->waiting = true;
    f->sent_at = now;
}

void flow_answer(struct flow *f, double now)
{
    if (!f->waiting)
        return; /* nobody waits for it any more */
    f->waiting = false;
    f->answers = true;
    f->round_trip = now - f->sent_at;
}

void flow_reset(struct flow *f)
{
    f->waiting = false;
}

bool flow_ready(const struct flow *f, double now, double *seconds)
{
    double patience = f->answers ? stalled_seconds : f->given_up ? unanswered_seconds : first_answer_seconds;
    double left = f->waiting ? f->sent_at + patience - now : 0;

    *seconds = left > 0 ? left : 0;
    return left <= 0;
}

struct traffic flow_traffic(const struct flow *f, double now)
{
    struct flow current = *f;
    double elapsed = now - f->begun;
    uint64_t sum = 0;

    advance(&current, now);
    for (int i = 0; i < FLOW_SECONDS; i++)
        sum += current.second[i];

    /* The newest second has only begun: the window is between nine and ten seconds long. */
    double window = elapsed < FLOW_SECONDS ? elapsed : FLOW_SECONDS - 1 + (elapsed - (double)current.newest_second);
    return (struct traffic){
        .bytes_per_second = window > 0 ? (double)sum / (window > 1 ? window : 1) : 0,
        .round_trip = f->round_trip,
        .bytes = f->bytes,
        .frames = f->frames,
        .answers = f->answers,
    };
}
