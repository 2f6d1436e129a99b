/* A line of text that is being typed, in forms and text dialogs. The cursor counts bytes, and moves by whole
 * characters. */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H

#include <stdbool.h>

#include "base/path.h"
#include "tui/draw/canvas.h"

struct edit {
    char text[PATH_SIZE];
    int cursor;
};

void edit_begin(struct edit *l, const char *text); /* with the cursor at its end */
bool edit_key(struct edit *l, int key);            /* false: it is no key that edits */

/* Completes the line as a path (base/completion.h), with the cursor at its end; `names`: the candidates, when there are
 * several, else what to say about them. */
enum { EDIT_NAMES_SIZE = 600 };
void edit_complete(struct edit *l, char names[EDIT_NAMES_SIZE]);

/* Draws the row from `column` to its end, scrolled so that the cursor is in sight. */
void edit_draw(const struct edit *l, struct canvas *c, int row, int column);

#endif
