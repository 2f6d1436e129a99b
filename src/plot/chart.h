/* A chart with title, axes, legend and footer, as a value, drawn with Cairo. */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "base/error.h"
#include "plot/chart_curve.h"

enum { CHART_SERIES_MAX = 8 };

struct chart {
    char title[160], subtitle[200], footer[200]; /* any bytes: nothing is interpreted */
    char x_label[64], y_label[64];  /* with units: "epoch", "loss (nats)", "accuracy (%)" */
    double y_low, y_high;           /* limits of the y axis; when equal, the data decide, */
    bool from_zero;                 /* and the axis begins at 0 where they are above it */
    int n_series;
    struct chart_series series[CHART_SERIES_MAX];
};

enum { CHART_WIDTH = 1600, CHART_HEIGHT = 1000, CHART_SIDE_MIN = 200, CHART_SIDE_MAX = 16384 };

/* Writes a picture of width × height pixels, each CHART_SIDE_MIN..CHART_SIDE_MAX; text and lines grow with it. The file
 * appears whole or not at all. False with an error. */
bool chart_write_png(const struct chart *c, const char *path, int width, int height, struct error *e);

#endif
