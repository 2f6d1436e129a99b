/* Where everything is on the view of a data set's images: pure functions of the screen's size.
 *
 *     facts
 *     ┌ classes ──────┐┌ cat: 5000 training images ───┐
 *     │ name ███ 5000 ││ images, each with its name   │
 *     └───────────────┘└──────────────────────────────┘
 *
 * A narrow screen has no list of classes, a low one no facts. */
#ifndef TUI_PREVIEW_LAYOUT_H
#define TUI_PREVIEW_LAYOUT_H

#include "data/preview.h"
#include "tui/draw/canvas.h"

enum { PREVIEW_GAP = 2 /* columns between images */, PREVIEW_NAME_ROWS = 1 };

struct preview_layout {
    struct rectangle facts, classes, images; /* with their frames; rows == 0: not shown */
};
struct preview_layout preview_layout_make(int rows, int columns);
struct rectangle preview_layout_inside(struct rectangle frame);

/* How many images of a size, with their names, fit beside and below each other. */
struct preview_grid {
    int columns, rows;
};
struct preview_grid preview_layout_grid(struct rectangle room, struct preview_size size);

#endif
