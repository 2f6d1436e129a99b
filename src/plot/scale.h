/* Scales of axes: round bounds, ticks, and bounds that do not flicker while data come in. */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum { TICKS_MAX = 12 };

struct scale {
    double low, high; /* low < high; of a logarithmic scale, 0 < low */
    double step;      /* between ticks: 1, 2 or 5 × 10^k; of a logarithmic scale, decades, or 0: ticks at 1, 2 and 5 */
    int decimals;     /* for tick labels */
    bool logarithmic;
};

/* The smallest scale with round bounds around [low, high] and at most `ticks` ticks. */
struct scale scale_nice(double low, double high, int ticks);

/* What a scale has to show. */
struct scale_wish {
    double low, high;      /* of the data; low > high: there are none */
    double floor, ceiling; /* what values cannot go beyond; when equal, there are no such limits */
    int ticks;             /* about as many */
    double share;          /* the data fill more than this share of the height; 0: half */
    bool logarithmic;
};

/* Keeps the bounds while the data are inside them and fill enough; else makes a new scale with a margin, whose bounds
 * need not be at ticks. True when it changed. */
bool scale_hold(struct scale *s, const struct scale_wish *wish);

int scale_ticks(const struct scale *s, double out[TICKS_MAX]);
void scale_label(const struct scale *s, double value, char *out, size_t size);
double scale_fraction(const struct scale *s, double value); /* 0 at low, 1 at high; NaN where the scale has no place */

#endif
