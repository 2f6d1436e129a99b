/* Curves on a canvas, in columns that hold still: lines of braille dots (2 across and 4 down in a cell) or of ASCII
 * characters, and marks for curves of few points. A new point changes one cell or two. */
#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "tui/draw/canvas.h"

#define GRAPH_LINE "─"
#define GRAPH_MARK "•"

/* How many points fit across a canvas of so many columns: the width for columns_begin(). At least 1. */
int graph_points(int columns, bool unicode);

/* Each draws its part of a chart that fills the canvas: the labels of the axis on the left, and curves beside them. */
void graph_draw_axis(struct canvas *c, const struct scale *s);
void graph_draw_line(struct canvas *c, const struct scale *s, const struct columns *line, enum role role);
void graph_draw_marks(struct canvas *c, const struct scale *s, const struct columns *marks, enum role role);

#endif
