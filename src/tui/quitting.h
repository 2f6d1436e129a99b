/* Leaving the workbench: what becomes of what trains, and of the recipe. */
#ifndef TUI_QUITTING_H
#define TUI_QUITTING_H

#include <stdbool.h>

struct app;

/* Leaves, or asks where a run goes on: it can be stopped and kept, or go on without the screen where nothing ends it
 * there. A run of another process goes on anyway; so does a comparison, if it is not stopped. */
void quitting_ask(struct app *app);

/* Leaves when another process has taken the run; true when something changed. */
bool quitting_follow(struct app *app);

#endif
