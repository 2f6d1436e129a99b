/* Views show and take no keys: each draws one place of the screen from the model. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/app.h"

void view_status(struct canvas *c, const struct app *app);   /* the line above: job, allotment, state */
void view_curves(struct canvas *c, const struct app *app, enum place place); /* inside PLACE_LOSS or PLACE_ACCURACY */
void view_legend(struct canvas *edge, const struct app *app); /* what is what, in the upper edge of PLACE_LOSS */
void view_readings(struct canvas *c, const struct app *app); /* inside PLACE_READINGS */
void view_keys(struct canvas *c, const struct app *app);     /* the line below: keys, or a message */

#endif
