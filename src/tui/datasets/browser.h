/* Goes through folders to find a data set. */
#ifndef TUI_BROWSER_H
#define TUI_BROWSER_H

#include "tui/keys.h"

struct app;

extern const struct key_help browser_keys[];

/* Begins in the folder of a data set that is given by its path, else in the one the program was started in. `chosen`
 * gets the path of a data set, or of a file or folder that may be one. */
void browser_open(struct app *app, void (*chosen)(struct app *app, const char *path));

#endif
