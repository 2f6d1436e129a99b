/* Scales of axes: round bounds, ticks, and bounds that do not flicker while data come in. */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum { TICKS_MAX = 12 };

struct scale {
    double low, high; /* low < high */
    double step;      /* between ticks: 1, 2 or 5 × 10^k */
    int decimals;     /* for tick labels */
};

/* The smallest scale with round bounds around [low, high] and at most `ticks` ticks. */
struct scale scale_nice(double low, double high, int ticks);

/* Keeps the bounds while the data are inside them and fill more than half; else makes a new scale with a margin. True
 * when it changed. */
bool scale_hold(struct scale *s, double low, double high, int ticks);

int scale_ticks(const struct scale *s, double out[TICKS_MAX]);
void scale_label(const struct scale *s, double value, char *out, size_t size);
double scale_fraction(const struct scale *s, double value); /* 0 at low, 1 at high */

#endif
