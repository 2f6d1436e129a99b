/* Where the time of the run's steps goes, row by row of a pane: see nn/train/step_profile.h. */
#ifndef TUI_STEP_ROWS_H
#define TUI_STEP_ROWS_H

#include "tui/draw/canvas.h"

struct app;

/* A bar of a step's parts, "│r│forward 38 %   │backward 54 %       │u│", and how long the step takes. */
void step_rows_time(struct canvas *c, int row, const struct app *app);
void step_rows_verdict(struct canvas *c, int row, const struct app *app); /* the bottleneck in one sentence */
void step_rows_work(struct canvas *c, int row, const struct app *app);    /* floating-point operations a second */

/* A table of the layers from `row` down, with heads; `first`: the line that is shown at its top. */
void step_rows_layers(struct canvas *c, int row, int first, const struct app *app);
int step_rows_layers_count(const struct app *app); /* its lines; 0: nothing is known of layers */

#endif
