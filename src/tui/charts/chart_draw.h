/* One chart: the curves of a kind with their axes, and the legend that tells them apart. */
#ifndef TUI_CHART_DRAW_H
#define TUI_CHART_DRAW_H

#include "tui/draw/graph.h"
#include "tui/state/charts.h"

/* Fills the canvas; with `across`, its last row has the ticks of the axis. */
void chart_draw(struct canvas *c, const struct charts *charts, enum chart_position kind, enum graph_dots dots,
                bool across);

/* A line that has a value, or will have one. */
bool chart_tells(const struct charts *charts, enum charts_run run, enum chart_position kind, int line);

/* Into one row, at its right end: the lines and the runs that are shown or, where there is a cursor, the values at it.
 * What finds no room is left out, the least important first. */
void chart_draw_legend(struct canvas *row, const struct charts *charts, enum chart_position kind);

/* The role of a line, and the name of a run in the legend: "0007". */
enum role chart_line_role(enum charts_run run, int line);
enum { CHART_RUN_SIZE = 16 };
void chart_run_name(const struct charts *charts, enum charts_run run, char out[CHART_RUN_SIZE]);

/* "97.31", "0.0812", "12345", "n/a" */
enum { CHART_VALUE_SIZE = 24 };
void chart_value(double value, char out[CHART_VALUE_SIZE]);

#endif
