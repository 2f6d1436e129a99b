/* A chart of curves with title, axes, legend and footer, as a value. */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "plot/axis.h"
#include "plot/chart_curve.h"
#include "plot/chart_page.h"
#include "plot/picture.h"

enum { CHART_SERIES_MAX = 18 };

struct chart {
    struct chart_texts texts;
    enum axis x_axis;              /* x is at least 0, in the axis's unit */
    int n_stops;                   /* 0: x is as x_axis says. Else it has a logarithmic axis */
    const double *stops;           /* with ticks at these places, rising and above 0: batches, cores */
    char x_label[64], y_label[64]; /* with units: "epoch", "loss (nats)", "accuracy (%)" */
    char note[160];                /* what a reader must know, at the top of the plot; "": nothing */
    double y_low, y_high;          /* limits of the y axis; when equal, the data decide, */
    bool from_zero;                /* and the axis begins at 0 where they are above it */
    bool logarithmic;              /* the y axis; values of 0 and below have no place and are left out */
    int n_series;
    struct chart_series series[CHART_SERIES_MAX];
};

/* The chart as a picture, while the chart stays where it is. Its table has a line for each point. */
struct picture chart_picture(const struct chart *c);

#endif
