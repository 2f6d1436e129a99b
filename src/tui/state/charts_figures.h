/* The figures of the curves that are looked at. */
#ifndef TUI_CHARTS_FIGURES_H
#define TUI_CHARTS_FIGURES_H

#include "tui/state/charts.h"

/* What is told of a line: values are NaN where there is none. */
struct charts_figures {
    double last, best, mean; /* the mean is that of what the window shows */
    double best_at;          /* on the axis */
    double cursor;           /* the value at the cursor, or the last one before it */
    bool smooth;             /* the best is that of the line smoothed, lightly where smoothing is off */
};
struct charts_figures charts_figures(const struct charts *c, enum charts_run run, enum chart_position kind, int line);

#endif
