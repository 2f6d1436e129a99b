/* Earlier runs. */
#ifndef TUI_RUNS_H
#define TUI_RUNS_H

#include <stdbool.h>

struct app;

/* Asks for one of them; `chosen` gets its folder. A message says so when there is none. */
void runs_ask(struct app *app, const char *title, void (*chosen)(struct app *app, const char *folder));

/* Asks which: it goes on where it can, or its recipe is taken into the panels. */
void runs_open(struct app *app);

/* Looks whether the newest run was cut off and can go on; runs_follow() says so once that is known, and is true
 * then. */
void runs_offer(struct app *app);
bool runs_follow(struct app *app);

#endif
