/* Where everything on the screen is: a pure function from the screen's size to rectangles. From 40×12 up, everything
 * that is shown is inside the screen and nothing overlaps; below 80×24 parts give way in a fixed order.
 *
 * Panels are stacked on the left, charts and readings on the right. The frames in a stack share the lines between them:
 *
 *     struct canvas whole = canvas_part(&screen, pane.area);
 *     struct canvas inside = shape_frame(&whole, title, focus, pane.joined, pane.open);
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "run/chart_kinds.h"
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

enum panel_position {
#define PANEL_POSITION(position, name, rows, most, weight) PANEL_##position,
    PANELS(PANEL_POSITION)
#undef PANEL_POSITION
    PANEL_COUNT
};

struct pane {
    struct rectangle area; /* with its frame; rows == 0: it is not shown */
    bool joined, open;     /* for shape_frame() */
};

struct layout {
    bool too_small;                /* below 40×12: only a note is shown */
    struct rectangle status, keys; /* a line each, without frames */
    struct pane panels[PANEL_COUNT], charts[CHART_COUNT], readings;
};

/* `focus` is the panel that must be visible when there is no room for all. */
struct layout layout_make(int rows, int columns, enum panel_position focus);

/* The first of `count` lines that `rows` rows show: the selected line is in sight, and the list does not jump. */
int layout_first(int selected, int count, int rows);

#endif
