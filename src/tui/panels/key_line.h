/* The key line at the bottom: the keys of what has the focus, and those that work everywhere. An entry is shown whole
 * or not at all; where there is no room for all, the first ones of their tables are there, and always the keys that
 * train and that help. */
#ifndef TUI_KEY_LINE_H
#define TUI_KEY_LINE_H

#include "tui/draw/canvas.h"

struct app;

void key_line_draw(struct canvas *c, const struct app *app);

/* The key of the entry at a column of a line this wide; KEYCODE_NONE between them. */
int key_line_at(const struct app *app, int columns, int column);

#endif
