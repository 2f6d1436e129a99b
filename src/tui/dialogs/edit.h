/* A line of text being typed: used by forms and by text dialogs. Positions are bytes, moved by whole characters. */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H

#include <stdbool.h>

#include "tui/draw/canvas.h"

struct edit {
    char text[512];
    int cursor;
};

void edit_begin(struct edit *l, const char *text); /* the cursor at its end */
bool edit_key(struct edit *l, int key);            /* false: not a key that edits */

/* Draws over the whole width of a row of `c` from `column`, scrolled so that the cursor is in sight. */
void edit_draw(const struct edit *l, struct canvas *c, int row, int column);

#endif
