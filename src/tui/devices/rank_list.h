/* The box of the ranks that train together in the view of devices: how each stands. */
#ifndef TUI_RANK_LIST_H
#define TUI_RANK_LIST_H

#include "tui/draw/canvas.h"

struct app;

/* Rows of the box with its upper frame, in a view of so many; 0: there is nothing to show, or no room. */
int rank_list_rows(const struct app *app, int rows);

void rank_list_draw(struct canvas *c, const struct app *app); /* in a canvas of as many rows */

#endif
