/* How fast the link is, and how soon the next frame may go that nobody has asked for. Pure: times are arguments.
 *
 * A frame of n bytes is answered after delay + n × seconds_a_byte. The line is drawn through the newest answers by
 * quantile regression (Koenker and Bassett, 1978), below most of them: an answer that comes sooner than expected is
 * believed at once, as nothing is faster than its link; one that is late, when a few others were, as it may be a packet
 * that was lost and sent again. Frames of different sizes tell the delay from the bandwidth. */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include <stdbool.h>
#include <stddef.h>

/* What the user allows. Zeroed: what the link carries. */
struct pace_limits {
    double rate; /* frames a second, at most; 0: 10, and one where the terminal does not answer */
    bool slow;   /* fewer than 40 bytes a second, whatever the link */
};

enum { PACE_ANSWERS = 16 };

struct pace {
    struct pace_limits limits;
    struct pace_answer {
        double wire, trip, at; /* bytes with what is added to them, seconds, when it came */
        double number;         /* it was the first, second… */
    } answers[PACE_ANSWERS];
    int n_answers;
    double number; /* of the newest */
    double delay, seconds_a_byte; /* the line */
    double scatter;               /* mean deviation of the answers from it, seconds */
    double spent_at;              /* the newest frame that nobody asked for, and its bytes */
    size_t spent;
};

void pace_begin(struct pace *p, const struct pace_limits *limits);

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
