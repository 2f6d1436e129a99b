/* How a report is written: as Markdown, or as HTML. Texts may hold any bytes and stay texts. */
#ifndef RUN_FIGURES_REPORT_FORMAT_H
#define RUN_FIGURES_REPORT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/path.h"

/* A picture: the name of its file in the report's folder, without an ending, and its bytes for a format that holds its
 * pictures itself. Neither title nor name comes from outside. */
struct report_picture {
    const char *title, *name;
    const char *svg;
    size_t svg_size;
};

struct report_format {
    const char *file; /* "report.md" */
    void (*begin)(FILE *out, const char *title, const char *subtitle);
    void (*heading)(FILE *out, const char *text);
    /* Rows of cells, the first of which are headings. */
    void (*table_begin)(FILE *out, const char *const *cells, int count);
    void (*row)(FILE *out, const char *const *cells, int count);
    void (*table_end)(FILE *out);
    void (*picture)(FILE *out, const struct report_picture *p);
    void (*lines)(FILE *out, const char *text); /* as they are: a recipe, a command */
    void (*end)(FILE *out, const char *footer);
};

/* Position, format: the last one is written last. */
#define REPORT_FORMATS(X) \
    X(MARKDOWN, report_markdown) \
    X(HTML, report_html)

/* Writes a page of each format into a folder, by `write`, and gives the path of the last one. */
bool report_format_pages(const char *folder, void (*write)(const void *what, const struct report_format *f, FILE *out),
                         const void *what, char path[PATH_SIZE], struct error *e);

#define REPORT_FORMAT(position, format) extern const struct report_format format;
REPORT_FORMATS(REPORT_FORMAT)
#undef REPORT_FORMAT

#endif
