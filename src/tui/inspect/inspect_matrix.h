/* The confusion matrix: a heat map of numbers that scrolls. */
#ifndef TUI_INSPECT_MATRIX_H
#define TUI_INSPECT_MATRIX_H

#include "tui/inspect/inspect_page.h"
#include "tui/state/findings.h"

void inspect_matrix_draw(struct canvas *c, const struct inspect_dialog *d, const struct findings *f);

/* Rows of classes that so many rows show. */
int inspect_matrix_page(int rows);

#endif
