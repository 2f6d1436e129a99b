/* Frames and bars, of box lines and blocks or of ASCII characters. */
#ifndef TUI_SHAPES_H
#define TUI_SHAPES_H

#include "tui/draw/canvas.h"

/* A frame around the whole clip with a title in its top edge (NULL: none); returns its inside. */
struct canvas shape_box(struct canvas *c, const char *title, bool focus);

/* A box in a stack of boxes that share the lines between them. `joined`: its top edge is a divider (├ ┤), since
 * there is a box above. `open`: it has no bottom edge, since the box below draws it. Returns its inside. */
struct canvas shape_frame(struct canvas *c, const char *title, bool focus, bool joined, bool open);

/* Says in the last column of `rows` rows from `row` down that what they show goes on above (↑) or below (↓). */
void shape_more(struct canvas *c, int row, int rows, bool above, bool below);

/* A horizontal bar of `columns` cells, filled to `fraction` by eighths of a cell ('#' in ASCII). */
void shape_bar(struct canvas *c, int row, int column, int columns, double fraction);

/* An upright bar of one column, `rows` cells from `row` down, filled to `fraction` from below by eighths of a cell. */
void shape_level(struct canvas *c, int row, int column, int rows, double fraction);

#endif
