/* Curves on a canvas, as columns that hold still: a line of braille dots (2 across and 4 down in a cell), or of
 * ASCII marks, and a mark for each point of a second curve. A new point changes a cell or two. */
#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "tui/draw/canvas.h"

#define GRAPH_LINE "─"
#define GRAPH_MARK "•"

/* How many points across a canvas so wide: the width for columns_begin(). At least 1. */
int graph_points(int columns, bool unicode);

/* The axis' labels at the left, then `line` in ROLE_TRAIN and `marks` in ROLE_VALID. */
void graph_draw(struct canvas *c, const struct scale *s, const struct columns *line, const struct columns *marks);

#endif
