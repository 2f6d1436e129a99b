/* The pane of readings, below the charts: what the device does, and how the run is going. */
#ifndef TUI_VIEW_READINGS_H
#define TUI_VIEW_READINGS_H

#include "tui/draw/canvas.h"

struct app;

void view_readings(struct canvas *c, const struct app *app);

#endif
