/* A rectangle of cells in memory. Panels draw here; the terminal shows it, tests read it: golden screens need no terminal. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a cell means, not its colour: tui/terminal turns roles into attributes, with colours or mono. */
#define ROLES(X) \
    X(NORMAL) X(FRAME) X(FRAME_FOCUS) X(TITLE) X(DIM) X(STRONG) X(SELECTED) X(GOOD) X(BAD) X(TRAIN) X(VALID) X(BAR) X(KEY)

enum role {
#define ROLE(name) ROLE_##name,
    ROLES(ROLE)
#undef ROLE
    ROLE_COUNT
};

struct cell {
    uint32_t character; /* Unicode, one column wide; a wide character is followed by a cell with 0 */
    uint8_t role;
};

struct rectangle {
    int row, column, rows, columns;
};

/* Glyphs for both worlds are chosen by `unicode`: box lines, braille, arrows. */
struct canvas {
    int rows, columns;
    bool unicode;
    struct rectangle clip; /* drawing is relative to it and cut at its edges */
    struct cell *cells;    /* [rows][columns] of the whole screen */
};

bool canvas_new(struct canvas *c, int rows, int columns, bool unicode, struct error *e); /* blank */
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c);                                     /* blanks the clip */
struct canvas canvas_part(const struct canvas *c, struct rectangle part); /* a view: same cells, clip inside this clip */

/* UTF-8 in, sanitised, cut at the clip's right edge (with '…' or '~' as its last cell). Returns columns used. */
int canvas_text(struct canvas *c, int row, int column, enum role role, const char *text);
int canvas_format(struct canvas *c, int row, int column, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void canvas_put(struct canvas *c, int row, int column, enum role role, uint32_t character);
/* A framed box over the whole clip with a title in the top edge; returns the inside. Characters fall back to ASCII. */
struct canvas canvas_box(struct canvas *c, const char *title, bool focus);
void canvas_line(struct canvas *c, int row, const char *title, bool focus); /* a divider joined to the box's sides */
/* A horizontal bar of `columns` cells filled to `fraction` (eighths of a cell in Unicode, '#' in ASCII). */
void canvas_bar(struct canvas *c, int row, int column, int columns, double fraction);
/* Gives a whole row of the clip a role (a selected line). */
void canvas_row_role(struct canvas *c, int row, enum role role);

/* The canvas as UTF-8 text, rows ended by '\n', trailing blanks cut: for golden screens. malloc'd, NULL without memory. */
char *canvas_to_text(const struct canvas *c);

#endif
