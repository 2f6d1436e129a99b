/* Draws a chart on any Cairo surface: the kind of file is the caller's business. */
#ifndef PLOT_CHART_DRAW_H
#define PLOT_CHART_DRAW_H

#include <cairo.h>

#include "plot/chart.h"

/* Fills width × height units from the origin. False with an error when memory or Cairo fails. */
bool chart_draw(cairo_t *cairo, const struct chart *c, double width, double height, struct error *e);

#endif
