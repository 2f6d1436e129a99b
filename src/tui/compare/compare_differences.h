/* Which values differ between the rows of a comparison. */
#ifndef TUI_COMPARE_DIFFERENCES_H
#define TUI_COMPARE_DIFFERENCES_H

#include "run/compare/comparison_table.h"
#include "tui/draw/canvas.h"

int compare_differences_rows(const struct comparison_table *t); /* with the headings */

/* Fills the canvas from a value on, with the rows of the comparison from one on; a single line names the values. */
void compare_differences_draw(struct canvas *c, const struct comparison_table *t, int first, int first_row);

#endif
