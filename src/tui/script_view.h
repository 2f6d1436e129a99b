/* The job script that the recipe becomes, before it is written or handed in. */
#ifndef TUI_SCRIPT_VIEW_H
#define TUI_SCRIPT_VIEW_H

#include "tui/keys.h"

struct app;

struct script_view_setup {
    void (*submit)(struct app *app);
    void (*write)(struct app *app);
};

extern const struct key_help script_view_keys[];

/* Shows app->submission.script. */
void script_view_open(struct app *app, const struct script_view_setup *setup);

#endif
