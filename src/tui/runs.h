/* Earlier runs. */
#ifndef TUI_RUNS_H
#define TUI_RUNS_H

struct app;

void runs_open(struct app *app); /* asks which: its recipe is taken into the panels */

#endif
