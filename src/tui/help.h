/* The help page, and the tables of keys that it is made of: `cuvette help keys` prints the same. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/keys.h"

struct app;

struct help_section {
    const char *title;
    const struct key_help *keys;
};

/* Every part of the screen that has keys of its own, from position 0 on; after the last one, a title of NULL. The keys
 * that work everywhere are in key_bindings. */
struct help_section help_section(int position);

/* Opens the page: the keys of what has the focus, those that work everywhere, then all others. */
void help_open(struct app *app);

#endif
