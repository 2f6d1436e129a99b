/* The view of all devices: every GPU and the node, with their last minutes. It is a dialog that fills the screen. */
#ifndef TUI_DEVICES_VIEW_H
#define TUI_DEVICES_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help devices_view_keys[];

void devices_view_open(struct app *app);

#endif
