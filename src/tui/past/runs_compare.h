/* Which values differ between the recipes of runs: a table that fills the screen. */
#ifndef TUI_RUNS_COMPARE_H
#define TUI_RUNS_COMPARE_H

#include "tui/keys.h"

struct app;

extern const struct key_help runs_compare_keys[];

/* Of 2 to RECIPE_DIFFERENCES_MOST folders; says why when it cannot. */
void runs_compare_open(struct app *app, const char *const *folders, int count);

#endif
