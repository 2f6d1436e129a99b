/* Text on charts: one line, or a block that shrinks and then wraps to stay within a width. */
#ifndef PLOT_CHART_TEXT_H
#define PLOT_CHART_TEXT_H

#include <cairo.h>
#include <stdbool.h>

#include "plot/palette.h"

enum chart_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct chart_font {
    double size;  /* of an em, in units of the surface */
    bool bold;
    struct color color;
};

/* Foreign bytes are fine in every text: what is no UTF-8 shows as '?' (Cairo itself would stop drawing). */
double chart_text_width(cairo_t *cairo, const struct chart_font *font, const char *text);

/* The text's line stands with its baseline at y. */
void chart_text_line(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y,
                     enum chart_align align);

/* The same, read from bottom to top, centred on (x, y); x is the baseline. */
void chart_text_upright(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y);

/* Left-aligned from (x, top) down: as it is when it fits the width, else smaller, down to 0.7 of its size, else broken
 * into lines at blanks. Returns the height it took, 0 for an empty text. */
double chart_text_block(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double top,
                        double width);

#endif
