/* One frame under way at a time, and the traffic of the link. Pure: the time is an argument.
 *
 * A frame ends with a status request, and the next may be sent when the answer has come. A terminal that has never
 * answered gets two frames a second, beginning one second after the first. One that has answered before and is late is
 * behind a stalled link: it is waited for, but not forever, since an answer can be lost. */
#ifndef TUI_FLOW_H
#define TUI_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOW_SECONDS = 10 };

struct traffic {
    double bytes_per_second; /* over the last FLOW_SECONDS */
    double round_trip;       /* seconds, of the newest answered frame; negative: unknown */
    uint64_t bytes, frames;  /* since the start */
    bool answers;            /* the terminal answers status requests */
};

struct flow {
    bool waiting, answers;
    bool given_up;  /* the first request was not answered in time */
    double sent_at; /* the newest frame */
    double round_trip;
    uint64_t bytes, frames;
    double begun;
    int64_t newest_second;         /* since `begun` */
    uint64_t second[FLOW_SECONDS]; /* bytes of the last seconds, by second modulo FLOW_SECONDS */
};

void flow_begin(struct flow *f, double now);
void flow_frame(struct flow *f, size_t bytes, double now); /* a frame and its request are sent */
void flow_answer(struct flow *f, double now);
void flow_reset(struct flow *f); /* nothing is under way any more: after a suspension */

/* True when a frame may be sent; *seconds is how long to wait otherwise, if no answer comes before. */
bool flow_ready(const struct flow *f, double now, double *seconds);

struct traffic flow_traffic(const struct flow *f, double now);

#endif
