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

/* What is assumed before the first answer. */
static const double first_trip = 1, first_scatter = 0.5;

/* However slow the link seems, after so many seconds it is tried again. */
static const double most_rest = 12;

static const double least_scatter = 0.005, least_patience = 0.5;

/* This share of the answers lies below the line. An answer counts half as much as the one that came so many after it,
 * so that four late ones in a row lift the line; the largest, which tells most, is remembered for a minute. */
static const double quantile = 0.3, half_life = 2, largest_seconds = 60;

void pace_begin(struct pace *p, const struct pace_limits *limits)
{
    *p = (struct pace){ .limits = *limits, .delay = first_trip, .scatter = first_scatter, .spent_at = -INFINITY };
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

static double weight(const struct pace *p, const struct pace_answer *a)
{
    return exp2((a->number - p->number) / half_life);
}

/* Makes room for one more: the oldest goes, but the largest stays for a while. */
static struct pace_answer *next_answer(struct pace *p, double now)
{
    int oldest = -1, largest = 0;

    if (p->n_answers < PACE_ANSWERS)
        return &p->answers[p->n_answers++];
    for (int i = 1; i < PACE_ANSWERS; i++)
        if (p->answers[i].wire > p->answers[largest].wire)
            largest = i;
    for (int i = 0; i < PACE_ANSWERS; i++) {
        bool kept = i == largest && now - p->answers[i].at < largest_seconds;

        if (!kept && (oldest < 0 || p->answers[i].number < p->answers[oldest].number))
            oldest = i;
    }
    return &p->answers[oldest];
}

struct line {
    double delay, seconds_a_byte;
};

/* How badly a line fits: what lies above it counts less than what lies below. *scatter: the mean deviation. */
static double misfit(const struct pace *p, struct line line, double *scatter)
{
    double sum = 0, deviations = 0, weights = 0;

    for (int i = 0; i < p->n_answers; i++) {
        const struct pace_answer *a = &p->answers[i];
        double above = a->trip - line.delay - line.seconds_a_byte * a->wire, w = weight(p, a);

        sum += w * (above > 0 ? quantile * above : (quantile - 1) * above);
        deviations += w * fabs(above);
        weights += w;
    }
    *scatter = deviations / weights;
    return sum;
}

static struct line through(const struct pace_answer *a, const struct pace_answer *b)
{
    double slope = (b->trip - a->trip) / (b->wire - a->wire);

    return (struct line){ a->trip - slope * a->wire, slope };
}

static void try_line(struct pace *p, struct line line, double *best)
{
    double scatter, fit;

    if (!(line.delay >= 0 && line.seconds_a_byte >= 0))
        return;
    fit = misfit(p, line, &scatter);
    /* Where two fit as well, the link is taken for the slower one. */
    if (fit > *best || (fit == *best && line.seconds_a_byte < p->seconds_a_byte))
        return;
    *best = fit;
    p->delay = line.delay;
    p->seconds_a_byte = fabs(line.seconds_a_byte); /* no -0 */
    p->scatter = fmax(scatter, least_scatter);
}

/* The best line goes through two of the answers, or through one at the edge of what is possible. */
void pace_measure(struct pace *p, size_t bytes, double trip, double now)
{
    double best = INFINITY;

    *next_answer(p, now) = (struct pace_answer){ on_the_wire(bytes), trip, now, ++p->number };
    for (int i = 0; i < p->n_answers; i++) {
        const struct pace_answer *a = &p->answers[i];

        try_line(p, (struct line){ 0, a->trip / a->wire }, &best);
        try_line(p, (struct line){ a->trip, 0 }, &best);
        for (int j = 0; j < i; j++)
            if (p->answers[j].wire != a->wire)
                try_line(p, through(&p->answers[j], a), &best);
    }
}

/* Seconds that a frame of so many bytes is worth. */
static double rest(const struct pace *p, size_t bytes)
{
    double frames = p->limits.rate > 0 ? p->limits.rate : most_frames_a_second;
    double link = p->seconds_a_byte * fmax(on_the_wire(bytes) / share, (double)bytes / own_share);

    if (pace_expected(p, bytes) < near_seconds)
        link = fmin(link, near_interval);
    link = fmin(link, most_rest);
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
