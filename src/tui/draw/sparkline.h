/* The last two minutes of a reading as columns that hold still: like an oscilloscope's beam, the newest column
 * overwrites the oldest, and a gap goes before it. A cell changes every few seconds, and nothing is ever shifted. */
#ifndef TUI_SPARKLINE_H
#define TUI_SPARKLINE_H

#include "tui/draw/canvas.h"
#include "tui/draw/history.h"

enum { SPARKLINE_SECONDS = 120, SPARKLINE_LEAST = 6 /* columns; nothing is drawn on fewer */ };
#define SPARKLINE_LEGEND "last 2 min"

/* How many seconds a column stands for, so that all of them hold two minutes. */
int sparkline_span(int columns);

/* In the whole clip, of one row or more. Values from `top` on fill a column; at most SPARKLINE_SECONDS columns are
 * used. What is unknown stays blank; zero is a line along the bottom. */
void sparkline_draw(struct canvas *c, const struct history *h, double top);

/* One cell of it: a bar of eight levels. */
void sparkline_level(struct canvas *c, int row, int column, double fraction);

/* A top for readings without a limit of their own: 1, 2 or 5 times a power of ten, at least `least`. */
double sparkline_top(const struct history *h, double least);

#endif
