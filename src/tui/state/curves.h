/* The curves of a run as its charts show them: columns that hold still, filled from the run's series point by point. */
#ifndef TUI_CURVES_H
#define TUI_CURVES_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "run/chart_kinds.h"

struct chart_curves {
    struct scale scale;
    struct columns lines[CHART_LINES_MAX]; /* of the chart's kind */
};

struct curves {
    int width;                /* points across a chart; 0: none yet */
    int epochs;               /* of the run: a chart's width spans them all, unless they are many */
    size_t taken[CURVE_COUNT]; /* points of each series so far */
    struct chart_curves charts[CHART_COUNT];
};

void curves_begin(struct curves *c, int width, int epochs);

/* Takes the points that came since the last call. True when there were any. */
bool curves_follow(struct curves *c, const struct series *const series[CURVE_COUNT]);

#endif
