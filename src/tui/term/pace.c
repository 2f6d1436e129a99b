#include "tui/term/pace.h"

#include <math.h>

/* What TCP and ssh add to a frame, and answering it. */
enum { OVERHEAD_BYTES = 100 };

/* Of what a link carries, frames that nobody asked for take this share at most, with the overhead, and less than half
 * of it without: at 9600 bit/s some 50 bytes a second. */
static const double share = 0.1, own_share = 0.04;
static const double slow_bytes_a_second = 32, slow_frames_a_second = 1;

/* A link that answers a frame as soon as this is not felt. */
static const double near_seconds = 0.05, near_interval = 0.1;
static const double most_frames_a_second = 10, unanswered_frames_a_second = 1;
enum { ASKED_FACTOR = 4 };

/* What is assumed before the first answer. The bandwidth may be a modem's, or anything. */
static const double first_delay = 0.1, first_delay_deviation = 0.3;
static const double first_byte = 1e-4, first_byte_deviation = 1.25e-3;

static const double least_scatter = 0.005, least_byte = 1e-7, least_patience = 0.5;

/* How far a link is thought to change in one second. */
static const double delay_change = 0.05, byte_change = 0.05;

void pace_begin(struct pace *p, const struct pace_limits *limits, double now)
{
    *p = (struct pace){
        .limits = *limits,
        .delay = first_delay,
        .seconds_a_byte = first_byte,
        .delay_variance = first_delay_deviation * first_delay_deviation,
        .byte_variance = first_byte_deviation * first_byte_deviation,
        .scatter = first_delay_deviation,
        .measured_at = now,
        .spent_at = -INFINITY,
    };
}

static double on_the_wire(size_t bytes)
{
    return (double)bytes + OVERHEAD_BYTES;
}

double pace_expected(const struct pace *p, size_t bytes)
{
    return p->delay + p->seconds_a_byte * on_the_wire(bytes);
}

double pace_patience(const struct pace *p, size_t bytes)
{
    return fmax(pace_expected(p, bytes) + 4 * p->scatter, least_patience);
}

/* The longer ago the last measurement, the less is sure. */
static void grow_unsure(struct pace *p, double now)
{
    double seconds = fmax(now - p->measured_at, 0);
    double delay = delay_change * p->delay + least_scatter, byte = byte_change * p->seconds_a_byte;

    p->delay_variance = fmin(p->delay_variance + delay * delay * seconds, first_delay_deviation);
    p->byte_variance =
        fmin(p->byte_variance + byte * byte * seconds, first_byte_deviation * first_byte_deviation);
    p->measured_at = now;
}

/* One step of the filter: the state moves by `surprise`, as far as each part of it is unsure. */
static void learn(struct pace *p, double wire, double surprise)
{
    double noise = p->scatter * p->scatter, together = sqrt(p->delay_variance * p->byte_variance);

    p->cross = fmin(fmax(p->cross, -together), together);

    double by_delay = p->delay_variance + wire * p->cross, by_byte = p->cross + wire * p->byte_variance;
    double variance = by_delay + wire * by_byte + noise;

    p->delay += by_delay / variance * surprise;
    p->seconds_a_byte += by_byte / variance * surprise;
    p->delay_variance -= by_delay * by_delay / variance;
    p->byte_variance -= by_byte * by_byte / variance;
    p->cross -= by_delay * by_byte / variance;
}

/* Nothing comes sooner than the link lets it, so that what has come bounds both parts. */
static void keep_possible(struct pace *p, double wire, double trip)
{
    p->seconds_a_byte = fmin(fmax(p->seconds_a_byte, least_byte), trip / wire);
    p->delay = fmin(fmax(p->delay, 0), trip - p->seconds_a_byte * wire);
}

/* The link has changed, and one frame does not tell in which part: it is taken for so much better in both. */
static void become_better(struct pace *p, double factor)
{
    p->delay *= factor;
    p->seconds_a_byte *= factor;
    p->delay_variance = fmax(p->delay_variance, p->delay * p->delay / 4);
    p->byte_variance = fmax(p->byte_variance, p->seconds_a_byte * p->seconds_a_byte / 4);
    p->cross = 0;
}

/* A late answer may also be a packet that was lost and sent again. So it counts as far as four scatters, and since
 * these grow by it, in full after three or four in a row. */
static void become_worse(struct pace *p, double wire, double surprise)
{
    double half = surprise / 2;

    p->delay_variance = fmax(p->delay_variance, half * half);
    p->byte_variance = fmax(p->byte_variance, half * half / (wire * wire));
    p->cross = 0;
    learn(p, wire, surprise);
}

void pace_measure(struct pace *p, size_t bytes, double trip, double now)
{
    double wire = on_the_wire(bytes), expected = pace_expected(p, bytes), most = 4 * p->scatter;
    double surprise = fmin(trip - expected, most);

    grow_unsure(p, now);
    if (surprise <= -most)
        become_better(p, trip / expected);
    else if (surprise >= most)
        become_worse(p, wire, surprise);
    else
        learn(p, wire, surprise);
    keep_possible(p, wire, trip);
    p->scatter = fmax(p->scatter + (fmin(fabs(surprise), most) - p->scatter) / 4, least_scatter);
}

/* Seconds that a frame of so many bytes is worth. */
static double rest(const struct pace *p, size_t bytes)
{
    double frames = p->limits.rate > 0 ? p->limits.rate : most_frames_a_second;
    double byte = p->seconds_a_byte + sqrt(p->byte_variance); /* rather too slow than too fast */
    double link = byte * fmax(on_the_wire(bytes) / share, (double)bytes / own_share);

    if (pace_expected(p, bytes) < near_seconds)
        link = fmin(link, near_interval);
    if (p->limits.slow)
        link = fmax((double)bytes / slow_bytes_a_second, 1 / slow_frames_a_second);
    return fmax(link, 1 / frames);
}

void pace_spend(struct pace *p, size_t bytes, double now)
{
    p->spent = bytes;
    p->spent_at = now;
}

double pace_free_at(const struct pace *p)
{
    return p->spent_at + rest(p, p->spent);
}

double pace_unanswered(const struct pace *p, bool asked)
{
    double frames = p->limits.rate > 0 ? p->limits.rate : unanswered_frames_a_second;

    return 1 / (asked ? ASKED_FACTOR * frames : frames);
}
