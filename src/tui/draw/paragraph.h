/* Text in several rows, broken at blanks. */
#ifndef TUI_PARAGRAPH_H
#define TUI_PARAGRAPH_H

#include "tui/draw/canvas.h"

int paragraph_rows(const char *text, int columns); /* how many rows it takes */
/* Where the canvas has fewer rows than it takes, the last one ends with a mark. */
void paragraph_draw(struct canvas *c, int row, enum role role, const char *text);

#endif
