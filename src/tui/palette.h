/* The command palette: everything of commands.h in one list, which shrinks as its names are typed. */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/commands.h"

extern const struct key_help palette_keys[];

void palette_open(struct app *app, const struct command_hands *hands); /* they stay the caller's */

#endif
