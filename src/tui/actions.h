/* What happens to the workbench: keys, and what the run does meanwhile. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include <stdbool.h>

struct app;

/* A key goes to the topmost dialog, else to the panel in focus, and what that does not use to the actions of keys.h. */
void actions_key(struct app *app, int key);

/* What the run did since the last look, see app_follow(). Questions about a run that is over are closed. */
bool actions_follow(struct app *app);

#endif
