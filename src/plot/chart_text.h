/* Text on charts: one line, or a block that shrinks and then wraps to fit a width. */
#ifndef PLOT_CHART_TEXT_H
#define PLOT_CHART_TEXT_H

#include <cairo.h>
#include <stdbool.h>

#include "plot/palette.h"

enum chart_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

enum { CHART_TEXT_SIZE = 256 }; /* of a text, in bytes: what is longer is cut */

struct chart_font {
    double size;  /* of an em, in units of the surface */
    bool bold;
    struct color color;
};

/* Text may hold any bytes: those that are not UTF-8 become '?', since Cairo would stop drawing. */
double chart_text_width(cairo_t *cairo, const struct chart_font *font, const char *text);

/* Which end of a text is given up where it has no room. */
enum chart_cut { CUT_BEGINNING, CUT_END };

/* The text, or what of it fits the width, with "..." for the rest; nothing where not even that fits. In SVG, text
 * cannot be clipped. `out`: CHART_TEXT_SIZE bytes. */
void chart_text_fit(cairo_t *cairo, const struct chart_font *font, const char *text, double width, enum chart_cut cut,
                    char *out);

/* Draws a line of text with its baseline at y. */
void chart_text_line(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y,
                     enum chart_align align);

/* Draws a line that reads from bottom to top, centred on (x, y), with its baseline at x. */
void chart_text_upright(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y);

/* Draws text from (x, top) down, left-aligned. What does not fit the width is drawn smaller, down to 0.7 of its size,
 * and wrapped at blanks if that is not enough. Returns the height of the block, 0 for an empty text. */
double chart_text_block(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double top,
                        double width);

#endif
