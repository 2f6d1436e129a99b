/* Where everything is in the view of all devices: a pure function, as tui/state/layout.h is for the workbench. A stack
 * of three boxes: the GPUs, one of them in detail (where there is room), and the node. */
#ifndef TUI_DEVICES_LAYOUT_H
#define TUI_DEVICES_LAYOUT_H

#include "tui/draw/canvas.h"

enum devices_place { DEVICES_GPUS, DEVICES_GPU, DEVICES_NODE, DEVICES_PLACES };

struct devices_layout {
    struct rectangle place[DEVICES_PLACES]; /* with frames, in the whole view; rows == 0: not shown */
    int gpu_rows;  /* of each GPU in the first box: 1 is a line, GPU_CARD_ROWS and more a card with histories */
    int core_rows; /* of the cores' bars */
};

enum { GPU_CARD_ROWS = 3, NODE_ROWS_LEAST = 3, CORES_A_GROUP = 8 };

/* The view's rows and columns: 10×40 and more. */
struct devices_layout devices_layout_make(int rows, int columns, int gpus, int cores);

/* How many cores fit in a row of so many columns, in groups with a blank between them. */
int devices_layout_cores_in(int columns);

#endif
