/* The model of the screen: what the panels edit and the views show. Draw functions read it; keys and the loop change
 * it. One value, so that tests (and two workbenches) need no globals. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "data/catalogue.h"
#include "host/cores.h"
#include "host/job_question.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe.h"
#include "run/device_search.h"
#include "tui/state/layout.h"
#include "tui/state/live.h"
#include "tui/state/node.h"
#include "tui/term/flow.h"

struct dialog;

struct app {
    struct recipe recipe;          /* what the panels edit; a run has its own copy */
    struct recipe before;          /* the recipe before the last change, when can_undo */
    bool can_undo;
    char recipe_path[512];         /* where it was written last, as typed; empty: nowhere yet */

    struct catalogue catalogue;
    char looked_at[512];           /* the data set that `dataset` describes */
    struct dataset_info dataset;
    struct error dataset_error;    /* kind ERROR_NONE: `dataset` is known */

    struct model model;
    struct error model_error;      /* kind ERROR_NONE: every layer can be */

    struct device_search *device_search; /* goes on; NULL: all devices are known */
    int n_devices;
    struct device devices[DEVICES_MAX];
    char missing[256];             /* which kinds of devices there are none of, and why; "" */
    struct device device;          /* the recipe's */
    struct error device_error;     /* kind ERROR_NONE: `device` is there */

    struct cores cores;
    struct job job;
    struct job_question *job_question; /* how much time it has left; NULL: nothing is asked */
    struct node node;              /* read by app_tick(), never while drawing */
    struct traffic traffic;

    struct live live;              /* the run that is shown */

    int rows, columns;             /* of the screen */
    bool unicode;
    struct layout layout;
    enum panel_position focus;
    int selected[PANEL_COUNT];     /* line of each panel */
    struct dialog *dialog;         /* the topmost, or NULL */

    char message[512];             /* shown in place of the key line until the next key */
    enum role message_role;
    bool message_is_error;         /* actions.c makes a dialog of it when the line is too short */
    bool gpus_in_sight;            /* a view of the GPUs' figures is open */
    bool detail;                   /* the link's bytes and round trip in the status line */
    bool bell;                     /* ring with the next frame */
    bool redraw;                   /* draw everything again */
    bool turned;                   /* the view is another than in the last frame: a dialog was opened or closed, or GPUs
                                      were first read */
    bool leave;
};

/* `events` is rung by the training threads of this app's runs. The app is large: keep it on the heap. */
struct app *app_new(const struct recipe *recipe, struct trainer_events events, struct error *e);
void app_free(struct app *app); /* after dialog_close_all(); closes the run first; NULL is fine */

void app_resize(struct app *app, int rows, int columns, bool unicode);
void app_focus(struct app *app, enum panel_position panel);

/* What the readings are about: the device of the run that goes on, else the recipe's; the first where that is not there. */
const struct device *app_device(const struct app *app);
bool app_on_gpu(const struct app *app); /* … is a GPU */

/* Take what happened outside: figures that tick, and the run's state and curves (true when something came). */
void app_tick(struct app *app);
bool app_follow(struct app *app);

/* GPUs are read as often as what is on the screen now needs it. */
void app_watch_gpus(struct app *app);

/* The devices that drivers were asked for, once they have answered: true when they did just now. */
bool app_find_devices(struct app *app);

/* Changing the recipe: remember it first, change it, then say so. */
void app_remember(struct app *app);
void app_recipe_changed(struct app *app);
void app_replace_recipe(struct app *app, const struct recipe *recipe);
void app_undo(struct app *app);

/* A line below the panels, until the next key. An error that does not fit there becomes a dialog. */
void app_say(struct app *app, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
void app_say_error(struct app *app, const struct error *e);

#endif
