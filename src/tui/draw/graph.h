/* Curves on a canvas, in columns that hold still: lines of dots, and marks for curves of few points. A new point
 * changes one cell or two. */
#ifndef TUI_GRAPH_H
#define TUI_GRAPH_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "tui/draw/canvas.h"

#define GRAPH_LINE "─"
#define GRAPH_MARK "•"

/* What stands for a cell's dots. */
enum graph_dots {
    GRAPH_ASCII,   /* 1 across and 2 down: ' . : */
    GRAPH_BLOCKS,  /* 1 across and 2 down: half blocks, for fonts without braille */
    GRAPH_BRAILLE, /* 2 across and 4 down */
};

/* Where the curves of a chart are drawn. */
struct graph {
    struct canvas plot; /* between the labels */
    enum graph_dots dots;
    struct scale up;
};

/* How many columns of dots fit in a chart on a canvas of so many columns: the width of its struct columns. At least
 * 1. */
int graph_points(int columns, enum graph_dots dots);
int graph_cells(int columns); /* how many columns of cells the plot has then; at least 1 */

/* Draws the labels of the scale to the left. With `across`, the last row stays free for graph_draw_across(). */
struct graph graph_begin(struct canvas *c, enum graph_dots dots, const struct scale *up, bool across);

/* The name and the ticks of the axis in the row below the plot. `c` is the canvas of graph_begin(). */
void graph_draw_across(struct canvas *c, enum axis axis, struct window w);

enum { GRAPH_LETTER_DISTANCE = 24 };

/* How one of several lines is drawn, so that they are told apart without colours, too. */
struct graph_hand {
    enum role role;
    const char *dash; /* of a cell each, again and again: "-- ": a blank is a gap */
    char letter;      /* at its end and, from column `at` on, every GRAPH_LETTER_DISTANCE cells */
    int at;
};

/* What is outside the scale is not drawn: a line leaves the plot and comes back. */
void graph_draw_by_hand(struct graph *g, const struct columns *line, const struct graph_hand *hand);
void graph_draw_letters(struct graph *g, const struct columns *line, const struct graph_hand *hand);
void graph_draw_line(struct graph *g, const struct columns *line, enum role role);
void graph_draw_marks(struct graph *g, const struct columns *marks, enum role role);
void graph_draw_band(struct graph *g, const struct columns *line, enum role role); /* from low to high */
void graph_draw_upright(struct graph *g, int point, enum role role); /* a line through that column of dots */

#endif
