/* The results of a comparison, a line for each row, and the bars of how many times as fast each is. */
#ifndef TUI_COMPARE_TABLE_H
#define TUI_COMPARE_TABLE_H

#include "tui/draw/canvas.h"
#include "tui/state/comparing.h"

/* Headings, and the rows from one on: what the canvas has room for. On a narrow one columns are left out. */
void compare_table_draw(struct canvas *c, const struct comparing *comparing, int first);

/* The bars alone, of the rows from one on, below a blank line and a heading. For a table that has no room for them. */
bool compare_table_has_bars(const struct comparing *comparing, int room);
void compare_table_draw_bars(struct canvas *c, const struct comparing *comparing, int first);

#endif
