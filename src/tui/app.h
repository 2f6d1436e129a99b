/* The app: all that panels and dialogs show and change. Draw functions read it; keys and the loop change it. It is one
 * value, so that tests, and two workbenches in one process, need no globals.
 *
 * The parts of tui, each of which includes only what is below it:
 *
 *     workbench              the loop
 *     actions, screen        keys in, screen out; with them steering, recipes, commands and help
 *     panels, devices        what is on the screen: the panels and lines, the view of all devices
 *     datasets               the views of a data set, and of folders
 *     past                   the views of past runs
 *     compare                the view of runs beside each other
 *     inspect                the view of what a model gets wrong
 *     charts                 the drawing of charts, of which panels makes a view
 *     dialogs                boxes over it; they know of no panel
 *     app, keys              this file, and the table of keys
 *     state                  the parts of the app
 *     term                   the terminal
 *     draw                   cells, shapes, curves, figures */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "tui/state/charts.h"
#include "tui/state/checkup.h"
#include "tui/state/comparison_form.h"
#include "tui/state/contest.h"
#include "tui/state/datasets.h"
#include "tui/state/detachment.h"
#include "tui/state/display.h"
#include "tui/state/draft.h"
#include "tui/state/fetching.h"
#include "tui/state/findings.h"
#include "tui/state/forecast.h"
#include "tui/state/gallery.h"
#include "tui/state/live.h"
#include "tui/state/machine.h"
#include "tui/state/node.h"
#include "tui/state/past_runs.h"
#include "tui/state/settings.h"
#include "tui/state/submission.h"

struct app {
    struct draft draft;       /* the recipe as the panels edit it */
    struct datasets datasets;
    struct fetching fetching; /* data sets that are not here yet */
    struct gallery gallery;   /* one of them, looked at closely */
    struct findings findings; /* what the model of a run gets wrong */
    struct machine machine;   /* what there is to train on */
    struct forecast forecast; /* what the recipe will take of it */
    struct node node;         /* what the machine is doing; read by app_tick(), never while drawing */
    struct checkup checkup;   /* what is odd about it; see advice.h */
    struct live live;         /* the run that is shown */
    struct charts charts;     /* its curves, and those of other runs beside it */
    struct past_runs past_runs; /* all that are in their folder, for the view of them */
    struct settings settings; /* of the screen, which the user keeps */
    struct submission submission; /* the recipe as a Slurm job */
    struct contest contest;   /* the comparison that is trained, beside the screen */
    struct comparison_form comparison_form; /* that asks for one */
    const struct comparing *comparing; /* the one that fills the screen; NULL: none */
    struct detachment detachment; /* of the run from the screen */
    struct display display;   /* what the screen looks like */
    struct errand *offer;     /* looks for a run to go on with (runs.h); NULL: nothing is looked for */
};

/* `events` is rung by the threads of this app's runs. The app is large: it is on the heap. */
struct app *app_new(const struct recipe *recipe, struct trainer_events events, struct error *e);
void app_free(struct app *app); /* after dialog_close_all(); closes the run first; NULL is fine */

void app_resize(struct app *app, int rows, int columns, bool unicode);

/* What has the focus, and whether it fills the screen: the curves are fitted to where they are shown then. */
void app_focus(struct app *app, enum place place);
void app_whole(struct app *app, bool whole);

/* Trains the recipe; what is wrong with its data set, layers or device is an error. */
bool app_train(struct app *app, struct error *e);

/* Goes on with the run in the folder, whose recipe the panels have then. */
bool app_go_on(struct app *app, const char *folder, struct error *e);

/* Takes back the run that was to go on elsewhere, and trains it here; the panels stay as they are. */
bool app_take_back(struct app *app, struct error *e);

/* Watches the run in the folder, which another process trains. The panels have its recipe then. */
bool app_watch(struct app *app, const char *folder, struct error *e);

/* Call it after each change of the recipe: the change can be undone from now on, and data set, device and shapes are
 * looked at again. */
void app_recipe_changed(struct app *app);

/* Changes `size` bytes of the recipe, which begin at `part`, to those of `to`. The change can be undone, and what
 * follows from it is looked at again. Nothing happens where they are the same. */
void app_change_recipe(struct app *app, void *part, const void *to, size_t size);

/* The device that the readings are about: the run's while one goes on, otherwise the recipe's, or the first one when
 * that is not there. */
const struct device *app_device(const struct app *app);
bool app_on_gpu(const struct app *app); /* it is a GPU */

/* A run's curves beside those of the run that is shown, or no longer. They come when they are read: app_follow(). */
void app_toggle_run(struct app *app, const char *folder);

/* What happened outside. app_tick(): figures that change all the time, once a second. app_follow(): state and curves of
 * the run, those that are read, and what was found out about data sets; true when something came. app_find_devices():
 * true when a driver has just told of its devices. */
void app_tick(struct app *app);
bool app_follow(struct app *app);
bool app_find_devices(struct app *app);

/* What is to be known of the chosen data set beyond its headers is found out while there is a place for it. */
bool app_shows_facts(const struct app *app); /* the Dataset panel has one: it fills the screen */
void app_watch_datasets(struct app *app);

/* GPUs are read as often as what is on the screen now needs. */
void app_watch_gpus(struct app *app);

#endif
