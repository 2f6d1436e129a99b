/* The settings of the screen: read when the workbench opens, changed in a form, kept at once. */
#ifndef TUI_PREFERENCES_H
#define TUI_PREFERENCES_H

struct app;

void preferences_read(struct app *app); /* says what cannot be understood */
void preferences_open(struct app *app); /* the form */

#endif
