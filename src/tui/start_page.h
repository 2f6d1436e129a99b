/* The starting page: what to do first, for who has no recipe of their own yet. It is gone with any key. */
#ifndef TUI_START_PAGE_H
#define TUI_START_PAGE_H

#include "tui/keys.h"

struct app;

extern const struct key_help start_page_keys[];

/* `press` presses a key on the screen behind it. */
void start_page_open(struct app *app, void (*press)(struct app *app, int key));

#endif
