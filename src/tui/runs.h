/* Earlier runs. */
#ifndef TUI_RUNS_H
#define TUI_RUNS_H

struct app;

/* Asks for one of them; `chosen` gets its folder. A message says so when there is none. */
void runs_ask(struct app *app, const char *title, void (*chosen)(struct app *app, const char *folder));

/* Asks which: it goes on where it can, or its recipe is taken into the panels. */
void runs_open(struct app *app);

/* Says so when the newest run was cut off and can go on. */
void runs_offer(struct app *app);

#endif
