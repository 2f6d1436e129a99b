/* A workbench without a terminal, for tests that press its keys and look at what it draws: in a home of its own with
 * two readable data sets and a torn one, and none that can be fetched, on a machine that is the same everywhere. */
#ifndef TESTS_SUPPORT_DESK_H
#define TESTS_SUPPORT_DESK_H

#include "tui/app.h"

extern struct app *desk_app;

/* What the app is told of the machine, after each key; from desk_open() on the plain one: four cores and no GPU. */
extern void (*desk_machine)(struct app *app);
void desk_plain_machine(struct app *app);

int desk_open(void **state); /* setup and teardown of a test; *state is the folder of its data sets */
int desk_close(void **state);

/* The same with this recipe, whose runs are kept in the desk's home too. desk_close() waits for one that goes on. */
int desk_open_to_train(void **state, const char *recipe);
void desk_end_run(void); /* waits for its end, and lets the screen notice it */

/* Waits until all is known of all data sets, as the loop of the workbench would; desk_press() does so. */
void desk_settle(void);
void desk_end_fetching(void); /* waits for its end, and for all to be known of what came */

void desk_press(int key);
void desk_type(const char *text);
void desk_go_to(enum place place); /* by its number */
const struct canvas *desk_draw(void); /* as it looks now; kept until the next */
bool desk_shows(const char *text);    /* prints the screen where it does not */
bool desk_hides(const char *text);
void desk_await(const char *text);    /* until it is on the screen: a thread of the app brings it */

#endif
