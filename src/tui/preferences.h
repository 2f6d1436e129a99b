/* The settings of the screen: read when the workbench opens, changed in a form, kept at once. */
#ifndef TUI_PREFERENCES_H
#define TUI_PREFERENCES_H

struct app;
struct settings;

void preferences_read(struct app *app); /* says what cannot be understood */
void preferences_open(struct app *app); /* the form */
void preferences_keep(struct app *app, const struct settings *settings); /* says where, or why not */

#endif
