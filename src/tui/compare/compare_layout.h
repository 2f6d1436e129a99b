/* Where everything is in the view of a comparison: a pure function. Above the values that differ, the results and the
 * verdict in a box; below it the curves, in one chart or in two beside each other. */
#ifndef TUI_COMPARE_LAYOUT_H
#define TUI_COMPARE_LAYOUT_H

#include "tui/draw/canvas.h"

/* What fills the view: all of it, or one part. */
enum compare_part { COMPARE_ALL, COMPARE_DIFFERENCES, COMPARE_TABLE, COMPARE_CURVES, COMPARE_PARTS };

enum { COMPARE_CHARTS = 2 };

/* How many rows the texts need at most. */
struct compare_needs {
    int differences, table, words;
};

struct compare_layout {
    struct rectangle box;                         /* with its frame; no rows: there is none, and no texts */
    struct rectangle differences, table, words;   /* inside of it; no rows: not shown */
    struct rectangle rest;                        /* of it, below them */
    struct rectangle charts[COMPARE_CHARTS];      /* with their frames; no rows: not shown */
};

/* `columns`: inside the box they are two fewer. */
struct compare_layout compare_layout_make(int rows, int columns, enum compare_part part,
                                          const struct compare_needs *needs);

#endif
