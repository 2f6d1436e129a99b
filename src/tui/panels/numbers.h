/* The numbers of the run, in sight at every size: among the readings, or in rows of their own above the keys. (The
 * epoch and the time left are in the status line.) */
#ifndef TUI_NUMBERS_H
#define TUI_NUMBERS_H

#include "tui/draw/canvas.h"

struct app;

/* There is a run. Its progress, training and validation, from 40 columns on, in up to LAYOUT_NUMBERS rows: in fewer,
 * side by side. */
void numbers_draw(struct canvas *c, const struct app *app);

#endif
