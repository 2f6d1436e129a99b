/* How fast the link is, and how soon the next frame may go that nobody has asked for. Pure: times are arguments.
 *
 * * A frame of n bytes is answered after delay + n × seconds_a_byte. Both are estimated together from the frames that
 * were answered, by a Kalman filter whose state is (delay, 1 / bandwidth), as in the delay-based congestion control of
 * WebRTC (draft-ietf-rmcat-gcc-02, 5.3). Frames of different sizes tell the one from the other. The scatter of the
 * answers is smoothed as in RFC 6298. */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include <stdbool.h>
#include <stddef.h>

/* What the user allows. Zeroed: what the link carries. */
struct pace_limits {
    double rate; /* frames a second, at most; 0: 10, and one where the terminal does not answer */
    bool slow;   /* fewer than 40 bytes a second, whatever the link */
};

struct pace {
    struct pace_limits limits;
    double delay, seconds_a_byte;                /* the estimate */
    double delay_variance, byte_variance, cross; /* how sure it is: the covariance of both */
    double scatter;                              /* mean deviation of the answers from what was expected, seconds */
    double measured_at;
    double spent_at; /* the newest frame that nobody asked for, and its bytes */
    size_t spent;
};

void pace_begin(struct pace *p, const struct pace_limits *limits, double now);

/* A frame of so many bytes was answered after `trip` seconds. */
void pace_measure(struct pace *p, size_t bytes, double trip, double now);

/* A frame that nobody asked for was sent. The link is left alone for a while after it; pace_free_at() says how long. */
void pace_spend(struct pace *p, size_t bytes, double now);
double pace_free_at(const struct pace *p);

double pace_expected(const struct pace *p, size_t bytes); /* seconds until a frame of so many bytes is answered */
double pace_patience(const struct pace *p, size_t bytes); /* after which its answer counts as late */

/* Seconds between frames to a terminal that does not answer; `asked`: somebody waits for them. */
double pace_unanswered(const struct pace *p, bool asked);

#endif
