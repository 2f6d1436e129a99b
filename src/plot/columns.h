/* A window of a curve in the columns of a chart. A column depends only on the values inside it, so new ones at the end
 * change the last columns alone, and a chart on a terminal a few cells. */
#ifndef PLOT_COLUMNS_H
#define PLOT_COLUMNS_H

#include "plot/trace.h"
#include "plot/window.h"

enum { COLUMNS_MAX = 1024 };

struct column {
    float low, high, mean; /* of the values in this column */
    uint64_t count;        /* of values; 0: the column is empty */
};

struct columns {
    int width; /* 1..COLUMNS_MAX */
    int used;  /* columns up to the last that is not empty */
    struct column column[COLUMNS_MAX];
};

/* The column of a place; may be outside 0..width - 1 where the place is outside the window. */
int columns_at(int width, struct window w, double x);

void columns_fill(struct columns *c, int width, const struct trace *t, enum axis axis, struct window w);

/* Turns the means into an exponential moving average that forgets within so many columns (to a share of 1/e), without
 * the bias to its first value: s = w·s + (1 - w)·y, divided by 1 - w^n (as Kingma and Ba correct their moments,
 * "Adam", 2015). Low and high stay, and a column changes none before it. */
void columns_smooth(struct columns *c, double memory);

/* The lowest and highest mean; with `from_start`, a first eighth that would take more than half of the height is left
 * out: curves begin with a steep fall, which would flatten all that follows. With `positive`, only values above zero
 * count. Widens *low..*high, which may be empty at first (low > high). */
void columns_range(const struct columns *c, bool from_start, bool positive, double *low, double *high);

#endif
