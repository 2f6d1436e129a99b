/* Curves on a canvas, in columns that hold still: a line of braille dots (2 across and 4 down in a cell) or of ASCII
 * characters, and a mark for each point of a second curve. A new point changes one cell or two. */
#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "tui/draw/canvas.h"

#define GRAPH_LINE "─"
#define GRAPH_MARK "•"

/* How many points fit across a canvas of so many columns: the width for columns_begin(). At least 1. */
int graph_points(int columns, bool unicode);

/* The axis' labels on the left, then `line` in ROLE_TRAIN and `marks` in ROLE_VALID. */
void graph_draw(struct canvas *c, const struct scale *s, const struct columns *line, const struct columns *marks);

#endif
