/* Text of an SVG as text that can be searched and edited: Cairo would write the outlines of its letters. What is shown
 * on a surface that has a list is noted there, and written into the file behind all else. */
#ifndef PLOT_SVG_TEXT_H
#define PLOT_SVG_TEXT_H

#include <cairo.h>
#include <stdbool.h>
#include <stdio.h>

struct svg_text_style {
    double size; /* of an em */
    bool bold;
    const char *anchor; /* "start", "middle" or "end" */
};

/* Until the surface is destroyed, its texts go to `list` as elements. */
bool svg_text_collect(cairo_surface_t *surface, FILE *list);

/* False where the surface has no list: the text, which is valid UTF-8, is then to be drawn. Its place and colour are
 * the current point and the current colour. */
bool svg_text_show(cairo_t *cairo, const struct svg_text_style *style, const char *text);

#endif
