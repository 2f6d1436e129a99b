/* What all charts have in common: the ground, fonts that fit its size, a heading above and a line below. */
#ifndef PLOT_CHART_PAGE_H
#define PLOT_CHART_PAGE_H

#include <cairo.h>

#include "plot/chart_text.h"
#include "plot/picture.h"

/* The usual size: 8 × 5 inches. */
enum { CHART_WIDTH = 1600, CHART_HEIGHT = 1000, CHART_DPI = 200, CHART_SIDE_MIN = 200 };

/* Any bytes: nothing is interpreted. */
struct chart_texts {
    char title[160], subtitle[256], footer[200];
};

struct chart_page {
    cairo_t *cairo;
    const struct palette *palette;
    double width, height;
    double unit; /* one pixel of a chart of the usual size: text keeps its size in print */
    double margin;
    struct chart_font title, subtitle, label, tick, footer;
};

/* What the resolution of a picture of this size is when nobody has said: that of the usual size, scaled to fit. */
double chart_page_dpi(int width, int height);

/* Paints the ground. False with an error, ERROR_USAGE, for a size that has no room for a chart. */
bool chart_page_begin(struct chart_page *p, cairo_t *cairo, const struct picture_form *form, struct error *e);

/* Title and subtitle, of this width. Returns where they end. */
double chart_page_heading(const struct chart_page *p, const struct chart_texts *t, double left, double width);

/* The line at the bottom, which ends at `right`. */
void chart_page_footer(const struct chart_page *p, const struct chart_texts *t, double right);
double chart_page_bottom(const struct chart_page *p); /* where what is above that line has to end */

void chart_page_color(const struct chart_page *p, struct color c);
/* A rectangle, from one colour at the bottom to another at the top. */
void chart_page_colors(const struct chart_page *p, struct color from, struct color to, double x, double y, double width,
                       double height);
/* From a point, so far across and down. */
void chart_page_segment(const struct chart_page *p, double x, double y, double across, double down);

#endif
