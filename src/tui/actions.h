/* What a key does: first the dialog on top, then the panel in focus, then the actions of keys.h. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

struct app;

void actions_key(struct app *app, int key);

#endif
