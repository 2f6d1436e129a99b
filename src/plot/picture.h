/* A picture as a PNG file, drawn with Cairo. */
#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H

#include <cairo.h>

#include "base/error.h"

/* Calls `draw` with a surface of width × height pixels, which is black, and writes what it has drawn, unless it returns
 * false. The file appears whole or not at all. False with an error. */
bool picture_write_png(const char *path, int width, int height,
                       bool (*draw)(void *context, cairo_t *cairo, struct error *e), void *context, struct error *e);

#endif
