/* What is at a cell of the screen: a pure function of the layout. */
#ifndef TUI_SPOT_H
#define TUI_SPOT_H

#include "tui/state/layout.h"

enum spot_kind {
    SPOT_NOTHING, /* or the line above the panels, or a frame */
    SPOT_PLACE,   /* inside the frame of a panel or a view */
    SPOT_KEYS     /* the key line */
};

struct spot {
    enum spot_kind kind;
    enum place place;
    struct rectangle inside; /* of the frame, on the screen */
    int row, column;         /* in there; of the key line: in the line */
};

struct spot spot_find(const struct layout *l, int row, int column);

#endif
