/* The curves of a run: a trace for each line of each kind of chart, in the units of the charts' axes. They are filled
 * from the run's series point by point, or from the metrics in its folder, and stay when the run is gone. */
#ifndef TUI_CURVES_H
#define TUI_CURVES_H

#include <stdatomic.h>

#include "base/error.h"
#include "plot/trace.h"
#include "run/chart_kinds.h"
#include "run/metrics_read.h"

struct curves {
    char name[64];             /* of the run's folder: "0007-digits-cpu1"; "": there is no run */
    bool held_out;             /* validations are on images that were held out, not on the test images */
    double steps_an_epoch;     /* 0: unknown */
    size_t taken[CURVE_COUNT]; /* points of each series so far */
    struct trace lines[CHART_COUNT][CHART_LINES_MAX];
};

/* A zeroed struct holds no curve. */
void curves_begin(struct curves *c, const char *name, bool held_out);
void curves_free(struct curves *c);

/* Takes the points that came since the last call. True when there were any. A point that finds no memory is left
 * out. */
bool curves_follow(struct curves *c, const struct series *const series[CURVE_COUNT]);

/* Adds a point that is none of a series. */
void curves_take_load(struct curves *c, const struct load_point *p);
void curves_take_look(struct curves *c, const struct health *h);

/* Adds all points of a run's metrics. */
void curves_take(struct curves *c, const struct metrics_curves *metrics);

/* The curves of a run from its folder, unless `stopped` (NULL: nobody stops it) says that they are no longer wanted.
 * False with an error, and then `c` is as it was. */
bool curves_read(struct curves *c, const char *folder, const atomic_bool *stopped, struct error *e);

/* How far they go on an axis; 0 without a point. */
double curves_end(const struct curves *c, enum axis axis);

#endif
