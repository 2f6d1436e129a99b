/* One series inside the plot's frame: its raw and smoothed lines, its markers, and its sample in the legend. */
#ifndef PLOT_CHART_CURVE_H
#define PLOT_CHART_CURVE_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "plot/scale.h"

struct chart_series {
    char name[64];
    size_t count;
    const double *x, *y;   /* [count], the caller's, x ascending; non-finite points are left out */
    bool band;             /* many noisy points: draw the smoothed line over the raw one in a light tint */
    bool markers;          /* few points: mark each */
    int color;             /* position in the palette: a series keeps its colour over charts */
};

struct chart_frame {
    double x, y, width, height; /* of the plot, on the surface */
    double unit;                /* one pixel of a picture of the usual size */
    struct scale across, up;
};

/* The points averaged around each point of a band's line; 1 when there are too few to smooth. */
size_t chart_curve_window(const struct chart_series *s);

bool chart_curve_draw(cairo_t *cairo, const struct chart_frame *f, const struct chart_series *s, struct error *e);

/* A short piece of the curve around (x, y), of a width. */
void chart_curve_sample(cairo_t *cairo, const struct chart_series *s, double x, double y, double width, double unit);

#endif
