/* The training of a comparison from the screen: begun, stopped, gone on with. All of it says so, or why not. */
#ifndef TUI_COMPARE_TRAINING_H
#define TUI_COMPARE_TRAINING_H

#include "run/compare/comparison_plan.h"
#include "tui/state/comparing.h"

struct app;

/* May a comparison be trained now? A run beside it would make its times worthless. Says why not. */
bool compare_training_may(struct app *app);

/* True when it has begun: the app's contest has its folder. */
bool compare_training_begin(struct app *app, const struct comparison_wish *wish);

/* Asks whether the one that trains is to be stopped. */
void compare_training_ask_to_stop(struct app *app);

/* Stops the comparison in the folder after a question, or goes on with it. */
void compare_training_toggle(struct app *app, const char *folder, const struct comparing *c);

/* Says how it has ended; true then. */
bool compare_training_follow(struct app *app);

#endif
