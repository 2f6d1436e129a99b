/* A chart as a value, and its drawing with Cairo: title, axes with units, legend, device and date. */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "base/error.h"
#include "plot/chart_curve.h"

enum { CHART_SERIES_MAX = 8 };

struct chart {
    char title[160], subtitle[200], footer[200]; /* foreign text is fine: nothing is interpreted */
    char x_label[64], y_label[64];  /* with units: "epoch", "loss (nats)", "accuracy (%)" */
    double y_low, y_high;           /* equal: from the data */
    int n_series;
    struct chart_series series[CHART_SERIES_MAX];
};

enum { CHART_WIDTH = 1600, CHART_HEIGHT = 1000, CHART_SIDE_MIN = 200, CHART_SIDE_MAX = 16384 };

/* Atomic. width × height in pixels, each CHART_SIDE_MIN..CHART_SIDE_MAX; lettering and lines grow with the picture. */
bool chart_write_png(const struct chart *c, const char *path, int width, int height, struct error *e);

#endif
