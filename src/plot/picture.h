/* A picture as a file: drawn with Cairo by one piece of code for all formats, or its numbers as a table. */
#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "plot/palette.h"

/* Position, the file's ending, what it is. */
#define PICTURE_FORMATS(X) \
    X(PNG, png, "pixels") \
    X(SVG, svg, "lines and text, for web pages and to edit") \
    X(PDF, pdf, "lines and text, for print") \
    X(CSV, csv, "the numbers themselves, for other programs")

enum picture_format {
#define PICTURE_POSITION(position, name, help) PICTURE_##position,
    PICTURE_FORMATS(PICTURE_POSITION)
#undef PICTURE_POSITION
        PICTURE_FORMAT_COUNT
};
extern const char *const picture_format_names[]; /* "png"; ends with NULL */

/* By the path's ending; false with ERROR_USAGE: it has none of these. */
bool picture_format_of(const char *path, enum picture_format *out, struct error *e);

/* How it is to look. It is drawn in pixels in all formats; their number on an inch says how large it is in print. */
struct picture_form {
    int width, height; /* pixels */
    double dpi;        /* pixels on an inch; 0: the file does not tell */
    enum palette_position palette;
};

struct picture {
    const char *title; /* in the file; any bytes. NULL: none */
    const void *what;  /* what is drawn, the caller's */
    /* Draws on width × height units from the origin. False with an error. */
    bool (*draw)(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e);
    void (*table)(const void *what, FILE *out); /* comma-separated values, a head line first; NULL: it has none */
};

enum { PICTURE_SIDE_MAX = 16384 };

/* The whole file in memory: free() it. NULL with an error, ERROR_USAGE for a size that is not possible. */
char *picture_bytes(const struct picture *p, enum picture_format format, const struct picture_form *form, size_t *size,
                    struct error *e);

/* The same as a file, which appears whole or not at all. */
bool picture_write(const struct picture *p, enum picture_format format, const struct picture_form *form,
                   const char *path, struct error *e);

#endif
