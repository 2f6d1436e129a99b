/* Draws one series inside the frame of the plot: its raw and smoothed lines and its markers, and its sample in the
 * legend. */
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
    const double *x, *y;   /* [count], the caller's, x ascending; points that are not finite are left out */
    const double *low, *high; /* [count], NULL: as y; the extremes of what each point is the mean of */
    bool band;             /* many noisy points: draws a smoothed line over a light raw one */
    bool markers;          /* few points: draws a marker at each */
    int color;             /* position in the palette */
};

struct chart_frame {
    double x, y, width, height; /* of the plot, on the surface */
    double unit;                /* one pixel of a picture of the usual size */
    struct scale across, up;
};

/* How many points are averaged for each point of a band; 1 when there are too few to smooth. */
size_t chart_curve_window(const struct chart_series *s);

bool chart_curve_draw(cairo_t *cairo, const struct chart_frame *f, const struct chart_series *s, struct error *e);

/* Draws a sample of the curve, `width` wide, centred on (x, y). */
void chart_curve_sample(cairo_t *cairo, const struct chart_series *s, double x, double y, double width, double unit);

#endif
