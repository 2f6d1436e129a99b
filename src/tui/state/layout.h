/* Where everything on the screen is: a pure function from the screen's size to rectangles. From 40×12 up, everything
 * that is shown is inside the screen and nothing overlaps; below 80×24 parts give way in a fixed order, but never what
 * has the focus: where there is no room for all, going round with Tab shows one thing after the other.
 *
 * Panels are stacked on the left, charts and readings on the right. The frames in a stack share the lines between them:
 *
 *     struct canvas whole = canvas_part(&screen, pane.area);
 *     struct canvas inside = shape_frame(&whole, title, focus, pane.joined, pane.open);
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/draw/canvas.h"

/* The panels, from top to bottom. A new one is a row here, and its class in a file of its own, panels/panel_NAME.c.
 *
 *     position, NAME
 *     rows     inside its frame, before any panel gets more; at 80×24 there are 22 for all rows and frames
 *     most     rows that it can use
 *     weight   its share of the rows that are left over */
#define PANELS(X) \
    X(DATASET, dataset, 4, 8, 1) \
    X(LAYERS, layers, 6, ROWS_NO_MAX, 3) \
    X(TRAINING, training, 4, 10, 1) \
    X(DEVICE, device, 3, 6, 1)

enum { ROWS_NO_MAX = 10000 };

/* What stands beside them and is looked at. A row here and a class in panels/view_NAME.c. */
#define VIEWS(X) \
    X(CHARTS, charts) \
    X(READINGS, readings)

/* What can have the focus, in the order of Tab; their numbers, which are keys, begin at 1. */
enum place {
#define PANEL_PLACE(position, name, rows, most, weight) PANEL_##position,
    PANELS(PANEL_PLACE)
#undef PANEL_PLACE
    PANEL_COUNT,
    PLACE_BEFORE_VIEWS = PANEL_COUNT - 1,
#define VIEW_PLACE(position, name) VIEW_##position,
    VIEWS(VIEW_PLACE)
#undef VIEW_PLACE
    PLACE_COUNT
};

enum { CHARTS_TOGETHER = 2 }; /* of all kinds, so many are shown at once */

struct pane {
    struct rectangle area; /* with its frame; rows == 0: it is not shown */
    bool joined, open;     /* for shape_frame() */
};

struct layout {
    bool too_small;                /* below 40×12: only a note is shown */
    struct rectangle status, keys; /* a line each, without frames */
    struct rectangle numbers;      /* of a run, without a frame; rows == 0: among the readings, or no run */
    struct pane panels[PANEL_COUNT], charts[CHARTS_TOGETHER], readings;
};

/* What must be in sight when there is no room for all. */
struct layout_wish {
    enum place focus;
    enum place panel; /* the panel that had the focus last: it stays while a view beside it has it */
    bool whole;       /* what has the focus fills the screen */
    bool run;         /* there is a run, whose numbers stay in sight at every size */
};

enum { LAYOUT_NUMBERS = 3 }; /* rows of a run's numbers in a pane */

struct layout layout_make(int rows, int columns, struct layout_wish wish);

/* The first of `count` lines that `rows` rows show: the selected line is in sight, and the list does not jump. */
int layout_first(int selected, int count, int rows);

/* The line in a row of those rows; -1: there is none. */
int layout_line_at(int selected, int count, int rows, int row);

#endif
