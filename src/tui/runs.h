/* Earlier runs. */
#ifndef TUI_RUNS_H
#define TUI_RUNS_H

#include <stdbool.h>

struct app;

/* Its recipe into the panels, where that can be undone; or it goes on from its checkpoint. Both say so, or why not. */
void runs_take_recipe(struct app *app, const char *folder);
void runs_go_on(struct app *app, const char *folder);
void runs_go_on_anyway(struct app *app, const char *folder); /* with other images than it was left with */

/* Looks whether the newest run was cut off and can go on; runs_follow() says so once that is known, and is true
 * then. */
void runs_offer(struct app *app);
bool runs_follow(struct app *app);

#endif
