/* Where everything goes: a pure function from the screen's size to rectangles. From 40×12 up everything that is
 * placed is inside the screen and nothing overlaps; below 80×24 panels give way in a fixed order.
 *
 * A place's rectangle holds its frame (status and key line have none). Places that stand on one another share the line
 * between them: it belongs to the lower one, whose frame is `joined`, and the upper one's is `open` at its bottom:
 *
 *     struct canvas at = canvas_part(&screen, layout.place[p]);
 *     struct canvas inside = shape_frame(&at, title, focus, layout.joined[p], layout.open[p]);
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/draw/canvas.h"

enum place { PLACE_STATUS, PLACE_DATASET, PLACE_LAYERS, PLACE_TRAINING, PLACE_DEVICE, PLACE_LOSS, PLACE_ACCURACY,
             PLACE_READINGS, PLACE_KEYS, PLACE_COUNT };

struct layout {
    bool too_small;                        /* under 40×12: only a word about it is shown */
    struct rectangle place[PLACE_COUNT];   /* rows == 0: not shown */
    bool joined[PLACE_COUNT], open[PLACE_COUNT]; /* for shape_frame() */
};

/* `focus` is the panel that must be visible when there is not room for all (PLACE_DATASET…PLACE_DEVICE). */
struct layout layout_make(int rows, int columns, enum place focus);

/* The first of `count` lines that `rows` rows show, so that the selected line is in sight and the list does not jump. */
int layout_first(int selected, int count, int rows);

#endif
