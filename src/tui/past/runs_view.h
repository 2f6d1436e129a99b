/* All runs: a table that fills the screen, and what can be done with one or several of them. */
#ifndef TUI_RUNS_VIEW_H
#define TUI_RUNS_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help runs_view_keys[];
extern const struct key_help runs_filter_keys[]; /* while a filter is typed */

void runs_view_open(struct app *app);

/* Only to choose one: Enter closes the view, and `chosen` gets the folder. */
void runs_view_choose(struct app *app, void (*chosen)(struct app *app, const char *folder));

/* Takes what was found of the runs while a view of them is open; true when that changed something. */
bool runs_view_follow(struct app *app);

#endif
