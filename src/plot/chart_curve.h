/* Draws one series inside the frame of the plot: its raw and smoothed lines and its markers, and its sample in the
 * legend. */
#ifndef PLOT_CHART_CURVE_H
#define PLOT_CHART_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "plot/chart_page.h"
#include "plot/scale.h"

enum { CHART_COLOR_INK = -1 };

struct chart_series {
    char name[96];         /* in the legend; "": it is not in it */
    char line[96];         /* in the table; "": as in the legend */
    size_t count;          /* 0: it is in the legend alone */
    const double *x, *y;   /* [count], the caller's, x ascending; points that have no place are left out */
    const double *low, *high; /* [count], NULL: as y; the extremes of what each point is the mean of */
    bool spread;           /* fills what is between low and high: they are other runs */
    bool band;             /* many noisy points: draws a smoothed line, */
    bool bare;             /* without the light raw one behind it */
    bool markers;          /* few points: draws a marker at each */
    int color;             /* position in the palette, which decides dashes and markers too: prints in grey differ */
};

struct chart_frame {
    double x, y, width, height; /* of the plot, on the surface */
    struct scale across, up;
};

/* How many points are averaged for each point of a band; 1 when there are too few to smooth. */
size_t chart_curve_window(const struct chart_series *s);

bool chart_curve_draw(const struct chart_page *page, const struct chart_frame *f, const struct chart_series *s,
                      struct error *e);

/* Draws a sample of the curve, `width` wide, centred on (x, y). */
void chart_curve_sample(const struct chart_page *page, const struct chart_series *s, double x, double y, double width);

#endif
