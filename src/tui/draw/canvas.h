/* A rectangle of cells in memory. Panels draw into it, the terminal shows it, and tests read it, so that the screens of
 * tests need no terminal. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a cell means, not how it looks: tui/term/painter.c turns roles into colours or, without them, into
 * attributes. */
#define ROLES(X) \
    X(NORMAL) X(FRAME) X(FRAME_FOCUS) X(TITLE) X(DIM) X(STRONG) X(SELECTED) X(GOOD) X(WARN) X(BAD) X(TRAIN) X(VALID) \
    X(BAND) X(PAST) X(PINNED) X(BAR) X(KEY) X(PIXELS)

enum role {
#define ROLE(name) ROLE_##name,
    ROLES(ROLE)
#undef ROLE
    ROLE_COUNT
};

struct cell {
    uint32_t character; /* Unicode; a character of two columns is followed by a cell with 0 */
    uint8_t role;
    uint8_t ink[3], ground[3]; /* of ROLE_PIXELS alone: red, green, blue */
};

struct rectangle {
    int row, column, rows, columns;
};

struct canvas {
    int rows, columns;
    bool unicode;          /* false: only ASCII can be shown, and stands for lines, blocks, arrows and the like */
    int colors;            /* that pixels can have; 0: none */
    struct rectangle clip; /* drawing is relative to it and cut at its edges */
    struct cell *cells;    /* [rows][columns] of the whole screen */
};

bool canvas_new(struct canvas *c, int rows, int columns, bool unicode, struct error *e); /* blank */
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c); /* blanks the clip */

/* A view: the same cells, with a clip inside this clip. The cells stay the canvas's; a view is not freed. */
struct canvas canvas_part(const struct canvas *c, struct rectangle part);

/* Text is UTF-8 from anywhere: what could disturb a terminal becomes '?'. It is cut at the clip's right edge, with
 * '…' ('~' in ASCII) in its last cell. Returns the columns used. */
int canvas_text(struct canvas *c, int row, int column, enum role role, const char *text);
int canvas_format(struct canvas *c, int row, int column, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Ends before column `end`, or begins at 0 and is cut where it is longer. Returns its first column. */
int canvas_text_right(struct canvas *c, int row, int end, enum role role, const char *text);

/* Of a text that is made of parts with `between` in between, the most important first: takes away those at its end that
 * do not fit, but never the first. */
void canvas_fit_parts(char *text, int columns, const char *between);

/* Draws what fits of it. Returns the columns used. */
int canvas_parts(struct canvas *c, int row, int column, enum role role, const char *text, const char *between);

int canvas_text_width(const char *text); /* columns */

/* Text in several rows, broken at blanks. Where there are too few rows, the last one is cut. */
void canvas_paragraph(struct canvas *c, int row, enum role role, const char *text);
int canvas_paragraph_rows(const char *text, int columns); /* how many rows it needs */

/* The same from `column` on, with a label before it. Returns the row below. */
int canvas_labelled(struct canvas *c, int row, int column, const char *label, enum role role, const char *text);

void canvas_put(struct canvas *c, int row, int column, enum role role, uint32_t character);

/* Two pixels in one cell, red, green and blue: one above the other. */
void canvas_pixels(struct canvas *c, int row, int column, const uint8_t above[3], const uint8_t below[3]);

/* Gives cells, or a whole row of the clip, a role: a selected line, say. */
void canvas_role(struct canvas *c, int row, int column, int columns, enum role role);
void canvas_row_role(struct canvas *c, int row, enum role role);

/* The clip as UTF-8 text: rows end with '\n', trailing blanks are cut. malloc'd; NULL without memory. */
char *canvas_to_text(const struct canvas *c);

#endif
