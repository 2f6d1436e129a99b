/* A run that another process trains, on the screen: what it answers to commands, and that it is no longer heard. */
#ifndef TUI_WATCHING_H
#define TUI_WATCHING_H

#include <stdbool.h>

struct app;

/* Watches the run in the folder, and closes the dialogs; says why that cannot be. */
void watching_begin(struct app *app, const char *folder);

/* Says what came since the last call; true when there was something. */
bool watching_follow(struct app *app);

#endif
