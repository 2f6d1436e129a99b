/* The whole screen, drawn from the model into a canvas: the loop shows it, tests read it. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/app.h"

void screen_draw(const struct app *app, struct canvas *c); /* of app_resize()'s size */

#endif
