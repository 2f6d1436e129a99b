/* The box of the node in the view of devices: processors, memory, disks and network. */
#ifndef TUI_NODE_BOX_H
#define TUI_NODE_BOX_H

#include "tui/draw/canvas.h"

struct app;

void node_box_draw(struct canvas *c, const struct app *app, int core_rows); /* core_rows: of the cores' bars */

#endif
