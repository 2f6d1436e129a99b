/* A rectangle of cells in memory. Panels draw here; the terminal shows it, tests read it: golden screens need no terminal. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a cell means, not its colour: tui/terminal turns roles into attributes, with colours or mono. */
#define ROLES(X) \
    X(NORMAL) X(FRAME) X(FRAME_FOCUS) X(TITLE) X(DIM) X(STRONG) X(SELECTED) X(GOOD) X(WARN) X(BAD) X(TRAIN) X(VALID) \
    X(BAR) X(KEY)

enum role {
#define ROLE(name) ROLE_##name,
    ROLES(ROLE)
#undef ROLE
    ROLE_COUNT
};

struct cell {
    uint32_t character; /* Unicode; a character two columns wide is followed by a cell with 0 */
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
/* A view: the same cells (of the canvas that owns them; a view is not freed), its clip inside this clip. */
struct canvas canvas_part(const struct canvas *c, struct rectangle part);

/* UTF-8 in, sanitised, cut at the clip's right edge (with '…' or '~' as its last cell). Returns columns used. */
int canvas_text(struct canvas *c, int row, int column, enum role role, const char *text);
int canvas_format(struct canvas *c, int row, int column, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Ends before column `end`, or begins at 0 and is cut where it is longer. Returns its first column. */
int canvas_text_right(struct canvas *c, int row, int end, enum role role, const char *text);
int canvas_text_width(const char *text); /* columns */
void canvas_put(struct canvas *c, int row, int column, enum role role, uint32_t character);
/* A framed box over the whole clip with a title in the top edge; returns the inside. Characters fall back to ASCII. */
struct canvas canvas_box(struct canvas *c, const char *title, bool focus);
/* A divider joined to the box's sides: `c` is what canvas_box() was given, not the inside it returned. */
void canvas_line(struct canvas *c, int row, const char *title, bool focus);
/* A box of a column of boxes that share the lines between them: `joined`: the top edge is a divider (├ ┤), as another
 * box stands above; `open`: no bottom edge, as the box below draws it. Returns the inside. */
struct canvas canvas_frame(struct canvas *c, const char *title, bool focus, bool joined, bool open);
/* A horizontal bar of `columns` cells filled to `fraction` (eighths of a cell in Unicode, '#' in ASCII). */
void canvas_bar(struct canvas *c, int row, int column, int columns, double fraction);
/* Gives cells, or a whole row of the clip (a selected line), a role. */
void canvas_role(struct canvas *c, int row, int column, int columns, enum role role);
void canvas_row_role(struct canvas *c, int row, enum role role);

/* The clip as UTF-8 text, rows ended by '\n', trailing blanks cut: for golden screens. malloc'd, NULL without memory. */
char *canvas_to_text(const struct canvas *c);

#endif
