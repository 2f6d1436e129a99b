/* Where everything goes: a pure function from the screen's size to rectangles. From 40×12 up everything that is
 * placed is inside the screen and nothing overlaps; below 80×24 panels give way in a fixed order. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/canvas.h"

enum place { PLACE_STATUS, PLACE_DATASET, PLACE_LAYERS, PLACE_TRAINING, PLACE_DEVICE, PLACE_LOSS, PLACE_ACCURACY,
             PLACE_READINGS, PLACE_KEYS, PLACE_COUNT };

struct layout {
    bool too_small;                        /* under 40×12: only a word about it is shown */
    struct rectangle place[PLACE_COUNT];   /* rows == 0: not shown */
};

/* `focus` is the panel that must be visible when there is not room for all (PLACE_DATASET…PLACE_DEVICE). */
struct layout layout_make(int rows, int columns, enum place focus);

#endif
