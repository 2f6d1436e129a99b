/* The tour, for a class: a few steps on the real screen. Each says what to press and waits until that is done; the keys
 * go to the workbench as always. Esc leaves the tour. */
#ifndef TUI_TOUR_H
#define TUI_TOUR_H

#include <stdbool.h>

#include "tui/draw/canvas.h"

struct app;

void tour_begin(struct app *app); /* the recipe of now is not kept for the next session */
void tour_leave(struct app *app);

/* Goes on to the next step when this one is done; true when it did. Nothing happens without a tour. */
bool tour_follow(struct app *app);

/* Above the key line, over the panels. */
void tour_draw(struct canvas *screen, const struct app *app);

#endif
