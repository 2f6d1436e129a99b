/* A curve's points in bounded memory: when there is no room for more, neighbours are merged in pairs, and what comes
 * then is merged as much. Of merged points the mean, the lowest and the highest value are kept. */
#ifndef PLOT_TRACE_H
#define PLOT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plot/axis.h"

enum { TRACE_POINTS_MAX = 4096 };

/* What was measured at a place on each axis; or the mean of several values there, with their extremes. */
struct trace_value {
    double x[AXIS_COUNT];
    float y;
    uint64_t count;  /* of values; 0: one */
    float low, high; /* of several */
};

struct trace_point {
    double x[AXIS_COUNT]; /* the mean */
    float low, high, mean;
    uint64_t count;       /* of values */
};

/* A zeroed trace is empty; trace_free() it. */
struct trace {
    size_t count, room;
    uint64_t merged;                     /* as many values make a point; 0: one */
    struct trace_point *points;          /* [count], x ascending */
    struct trace_value last, low, high;  /* exact, where count > 0 */
};

/* Values that are not finite are left out. False without memory; the trace is then as before. */
bool trace_add(struct trace *t, struct trace_value value);
void trace_free(struct trace *t); /* which is empty then */

/* The first point at or after x on an axis; `count` when there is none. */
size_t trace_find(const struct trace *t, enum axis axis, double x);

#endif
