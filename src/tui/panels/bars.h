/* The line above the panels. */
#ifndef TUI_BARS_H
#define TUI_BARS_H

#include "tui/draw/canvas.h"

struct app;

void bars_draw_status(struct canvas *c, const struct app *app); /* what the job may use, and the state of the run */

#endif
