/* One frame in flight, and what went over the link. Pure: time comes in as an argument.
 *
 * A frame ends with a status request; the next may leave when the answer has come. A terminal that has never answered
 * gets two frames a second, from one second after the first on. One that did answer and is late stands behind a stalled
 * link: it is waited for, but not for ever, as an answer can be lost. */
#ifndef TUI_FLOW_H
#define TUI_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/term/terminal.h"

enum { FLOW_SECONDS = 10 };

struct flow {
    bool waiting, answers;
    bool given_up;  /* the first request was not answered in time */
    double sent_at; /* the newest frame */
    double round_trip;
    uint64_t bytes, frames;
    double begun;
    int64_t newest_second;          /* since `begun` */
    uint64_t second[FLOW_SECONDS];  /* bytes of the last seconds, by second modulo FLOW_SECONDS */
};

void flow_begin(struct flow *f, double now);
void flow_frame(struct flow *f, size_t bytes, double now); /* a frame with its request leaves */
void flow_answer(struct flow *f, double now);
void flow_reset(struct flow *f); /* nothing is in flight any more: after a suspension */

/* As terminal_ready(). */
bool flow_ready(const struct flow *f, double now, double *seconds);

struct terminal_traffic flow_traffic(const struct flow *f, double now);

#endif
