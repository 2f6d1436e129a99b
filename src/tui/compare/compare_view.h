/* A comparison that fills the screen: in which values its runs differ, what each has reached, what that comes to, and
 * their curves over one another. It follows those that still train. */
#ifndef TUI_COMPARE_VIEW_H
#define TUI_COMPARE_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help compare_view_keys[];

/* Of the folders of 2 to RECIPE_DIFFERENCES_MOST runs. */
void compare_view_runs(struct app *app, const char *const *folders, int count);

/* Of a comparison that has a folder. F5 there goes on with it, or stops it. */
void compare_view_folder(struct app *app, const char *folder);

/* Takes what was found, where such a view is open; true when that changed something. */
bool compare_view_follow(struct app *app);

#endif
