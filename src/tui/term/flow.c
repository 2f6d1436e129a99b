#include "tui/term/flow.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The first answer may have to wait for a whole screen on a modem. Somebody who waits for a key is not held so long. */
static const double first_answer_seconds = 3, first_asked_seconds = 1;
static const double most_patience = 30, silent_seconds = 30;
static const double straggler_seconds = 1; /* between answers that a stall has held back */

void flow_begin(struct flow *f, const struct pace_limits *limits, double now)
{
    *f = (struct flow){ .begun = now, .round_trip = -1 };
    pace_begin(&f->pace, limits);
}

/* Forgets the seconds that are too old by now. */
static void advance(struct flow *f, double now)
{
    int64_t second = (int64_t)(now - f->begun);

    if (second - f->newest_second >= FLOW_SECONDS)
        memset(f->second, 0, sizeof f->second);
    else
        for (int64_t s = f->newest_second + 1; s <= second; s++)
            memset(&f->second[s % FLOW_SECONDS], 0, sizeof *f->second);
    f->newest_second = second;
}

static void count(struct flow *f, size_t bytes, size_t frames, double now)
{
    advance(f, now);
    f->second[f->newest_second % FLOW_SECONDS].bytes += bytes;
    f->second[f->newest_second % FLOW_SECONDS].frames += frames;
    f->bytes += bytes;
    f->frames += frames;
}

void flow_frame(struct flow *f, size_t bytes, bool asked, double now)
{
    count(f, bytes, 1, now);
    if (!asked)
        pace_spend(&f->pace, bytes, now);
    f->deaf = !f->answers && f->owed > 0;
    f->measured = false;
    f->owed = f->answers ? 1 : f->owed + 1;
    f->lost_at = 0;
    f->sent_at = f->requested_at = now;
    f->size = bytes;
    f->patience = fmin(pace_patience(&f->pace, bytes), most_patience);
}

/* Answers come in order. The first belongs to the frame, unless it was lost: then it seems late, once, which pace does
 * not heed. What answers an older frame would tell of a link that is too fast. */
void flow_answer(struct flow *f, double now)
{
    if (f->owed == 0)
        return; /* nobody waits for it any more */
    f->answers = true;
    f->owed--;
    if (f->owed > 0)
        f->lost_at = fmin(f->requested_at + (now - f->sent_at), now + straggler_seconds);
    if (f->measured || f->deaf)
        return;
    f->measured = true;
    f->round_trip = now - f->sent_at;
    pace_measure(&f->pace, f->size, f->round_trip, now);
}

void flow_reset(struct flow *f)
{
    f->owed = 0;
}

/* How long a frame still has to wait. Negative: it need not. */
static double left(const struct flow *f, bool asked, double now)
{
    double first = asked ? first_asked_seconds : first_answer_seconds;
    double rest = asked ? 0 : pace_free_at(&f->pace) - now;

    if (f->owed == 0)
        return rest;
    if (!f->answers)
        return f->sent_at + (f->deaf ? pace_unanswered(&f->pace, asked) : first) - now;
    if (f->lost_at > 0)
        return fmax(f->lost_at - now, rest);
    /* Keys come, but no answers: it may have become a terminal that does not answer. */
    if (asked && now - f->sent_at >= silent_seconds)
        return 0;
    return fmax(f->requested_at + f->patience - now, DBL_MIN);
}

bool flow_ready(const struct flow *f, bool asked, double now, double *seconds)
{
    double wait = left(f, asked, now);

    *seconds = wait > 0 ? wait : 0;
    return wait <= 0;
}

bool flow_overdue(const struct flow *f, double now)
{
    return f->answers && f->owed > 0 && f->lost_at == 0 && now - f->requested_at >= f->patience;
}

void flow_request(struct flow *f, bool sent, double now)
{
    f->owed += sent;
    f->requested_at = now;
    f->patience = fmin(2 * f->patience, most_patience);
}

struct traffic flow_traffic(const struct flow *f, double now)
{
    struct flow current = *f;
    double elapsed = now - f->begun;
    uint64_t bytes = 0, frames = 0;

    advance(&current, now);
    for (int i = 0; i < FLOW_SECONDS; i++) {
        bytes += current.second[i].bytes;
        frames += current.second[i].frames;
    }

    /* The newest second has only begun: the window is between nine and ten seconds long. */
    double window = elapsed < FLOW_SECONDS ? elapsed : FLOW_SECONDS - 1 + (elapsed - (double)current.newest_second);

    window = fmax(window, 1);
    return (struct traffic){
        .bytes_per_second = (double)bytes / window,
        .frames_per_second = (double)frames / window,
        .round_trip = f->round_trip,
        .seconds_a_byte = f->pace.seconds_a_byte,
        .bytes = f->bytes,
        .frames = f->frames,
        .answers = f->answers,
    };
}
