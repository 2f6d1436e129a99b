/* The figures of a chart's curves: the last value, the best and where it was, the mean of what is in sight and, where
 * there is a cursor, the value at it. */
#ifndef TUI_CHART_TABLE_H
#define TUI_CHART_TABLE_H

#include "tui/draw/canvas.h"
#include "tui/state/charts.h"

int chart_table_rows(const struct charts *charts, enum chart_position kind);
void chart_table_draw(struct canvas *c, const struct charts *charts, enum chart_position kind);

#endif
