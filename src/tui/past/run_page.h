/* One past run: its curves, what came of it and its recipe. */
#ifndef TUI_RUN_PAGE_H
#define TUI_RUN_PAGE_H

#include "run/run_entry.h"
#include "tui/keys.h"

struct app;

extern const struct key_help run_page_keys[];

void run_page_open(struct app *app, const struct run_entry *entry);

/* Takes the curves that were read, where the topmost view is such a page; true when that changed something. */
bool run_page_follow(struct app *app);

#endif
