/* The view of a network's health while it trains, or when it was trained: a dialog that fills the screen. */
#ifndef TUI_HEALTH_VIEW_H
#define TUI_HEALTH_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help health_view_keys[];

void health_view_open(struct app *app); /* of the run on the screen, which there is */

/* Of an earlier run, by what its folder has. */
void health_view_open_past(struct app *app, const char *folder);

/* Call it after the app has followed what happened: takes what was found since. True when there was something. */
bool health_view_follow(struct app *app);

#endif
