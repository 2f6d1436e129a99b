/* The view of what the model of a run gets wrong: a dialog that fills the screen. */
#ifndef TUI_INSPECT_VIEW_H
#define TUI_INSPECT_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help inspect_view_keys[];

/* Looks at a run as it is now. */
void inspect_view_open(struct app *app, const char *folder);

/* Call it after the app has followed what happened: asks for images that are now wanted. */
void inspect_view_follow(struct app *app);

#endif
