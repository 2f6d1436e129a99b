/* One frame under way at a time, and the traffic of the link. Pure: the time is an argument.
 *
 * A frame ends with a status request, and the next may be sent when the answer has come. An answer that is late can
 * have been lost, or the link stalls: then the request alone is sent again, a few bytes, less and less often. Whatever
 * comes first tells that all before it has arrived, and the latest state can be shown in one frame.
 *
 * A terminal that has never answered gets frames at a fixed rate, beginning a while after the first. */
#ifndef TUI_FLOW_H
#define TUI_FLOW_H

#include <stdint.h>

#include "tui/term/pace.h"

enum { FLOW_SECONDS = 10 };

struct traffic {
    double bytes_per_second, frames_per_second; /* over the last FLOW_SECONDS */
    double round_trip;                          /* seconds, of the newest answered frame; negative: unknown */
    double seconds_a_byte;                      /* of the link; 0: it carries them at once, or that is not known */
    uint64_t bytes, frames;                     /* since the start */
    bool answers;                               /* the terminal answers status requests */
};

struct flow {
    struct pace pace;
    bool answers;        /* it has answered at least once */
    int owed;            /* requests that were not answered */
    bool deaf;           /* it has not answered the first frame in time, nor any later one */
    bool measured;       /* the newest frame was answered */
    double sent_at;      /* the newest frame */
    size_t size;         /* its bytes */
    double requested_at; /* the newest request */
    double patience;     /* seconds from then on */
    double lost_at;      /* from when on the requests still owed count as lost, once a later answer has come; else 0 */
    double round_trip;
    uint64_t bytes, frames;
    double begun;
    int64_t newest_second; /* since `begun` */
    struct {
        uint64_t bytes, frames;
    } second[FLOW_SECONDS]; /* the last seconds, by second modulo FLOW_SECONDS */
};

void flow_begin(struct flow *f, const struct pace_limits *limits, double now);
void flow_frame(struct flow *f, size_t bytes, bool asked, double now); /* a frame and its request are sent */
void flow_answer(struct flow *f, double now);
void flow_reset(struct flow *f); /* nothing is under way any more: after a suspension */

/* True when a frame may be sent; otherwise *seconds is how long to wait at most before asking again, if no answer comes
 * before. `asked`: somebody waits for what it shows, so that it does not have to rest. */
bool flow_ready(const struct flow *f, bool asked, double now, double *seconds);

/* True when it is time to send the request again. flow_request() is told whether that was done: where the terminal has
 * not even read the last one, it need not be. */
bool flow_overdue(const struct flow *f, double now);
void flow_request(struct flow *f, bool sent, double now);

struct traffic flow_traffic(const struct flow *f, double now);

#endif
