/* The charts of the run on the screen, or of the comparison that fills it, as files: at once as the house has them, or
 * as a form says. They are written beside the screen. */
#ifndef TUI_EXPORTS_H
#define TUI_EXPORTS_H

#include <stdbool.h>

struct app;

void exports_now(struct app *app);  /* as PNG into its folder */
void exports_open(struct app *app); /* the form, as it was left the last time */
bool exports_follow(struct app *app); /* says when they are written; true when they are */

/* For who leaves now: what is to be said when the screen is gone. NULL: nothing is being written. */
const char *exports_farewell(struct app *app);

#endif
