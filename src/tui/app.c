#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/draw/graph.h"
#include "tui/draw/figures.h"

/* True when all are known from now on. */
static bool take_devices(struct app *app, double seconds)
{
    if (!app->device_search || !device_search_take(app->device_search, seconds, app->devices, &app->n_devices,
                                                   app->missing, sizeof app->missing))
        return false;
    device_search_free(app->device_search);
    app->device_search = NULL;
    return true;
}

/* Where there is no driver all is known at once, and the first frame is the last for a while. */
static void look_for_devices(struct app *app, struct trainer_events events)
{
    const double at_once_seconds = 0.1;
    struct error e;

    app->n_devices = devices_at_hand(app->devices, app->missing, sizeof app->missing);
    app->device_search = device_search_start(events.changed, events.context, &e);
    if (app->device_search)
        take_devices(app, at_once_seconds);
    else
        text_copy(app->missing, sizeof app->missing, e.text);
}

bool app_find_devices(struct app *app)
{
    if (!take_devices(app, 0))
        return false;
    app_recipe_changed(app);
    return true;
}

struct app *app_new(const struct recipe *recipe, struct trainer_events events, struct error *e)
{
    struct app *app = memory_new(1, sizeof *app, e);

    if (!app)
        return NULL;
    app->recipe = *recipe;
    app->live.events = events;
    look_for_devices(app, events);
    app->cores = cores_count();
    job_read(&app->job);
    app->job_question = job_question_ask(&app->job);
    if (!node_open(&app->node, e) || !catalogue_read(&app->catalogue, e)) {
        app_free(app);
        return NULL;
    }
    app_recipe_changed(app);
    return app;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    device_search_free(app->device_search);
    live_close(&app->live);
    catalogue_free(&app->catalogue);
    node_close(&app->node);
    job_question_free(app->job_question);
    free(app);
}

enum { FRAME_COLUMNS = 2 };

static void place_everything(struct app *app)
{
    app->layout = layout_make(app->rows, app->columns, app->focus);
    live_resize(&app->live, graph_points(app->layout.charts[0].area.columns - FRAME_COLUMNS, app->unicode));
}

void app_resize(struct app *app, int rows, int columns, bool unicode)
{
    app->rows = rows;
    app->columns = columns;
    app->unicode = unicode;
    place_everything(app);
}

void app_focus(struct app *app, enum panel_position panel)
{
    app->focus = panel;
    place_everything(app);
}

static void say_how_it_ended(struct app *app)
{
    const struct trainer_status *s = &app->live.status;
    const char *folder = path_name(run_folder(app->live.run));
    struct error e;

    app->bell = true;
    if (live_failed(&app->live, &e))
        app_say_error(app, &e);
    else if (!run_kept(app->live.run))
        app_say(app, ROLE_STRONG, "stopped before the first step: nothing to keep");
    else if (s->test_accuracy < 0)
        app_say(app, ROLE_STRONG, "stopped, saved in %s", folder);
    else
        app_say(app, ROLE_GOOD, "%s: test accuracy %.1f %%, best epoch %d, saved in %s",
                s->state == TRAINER_STOPPED ? "stopped" : "done", 100 * s->test_accuracy, s->best_epoch, folder);
}

const struct device *app_device(const struct app *app)
{
    if (live_going(&app->live))
        return run_device(app->live.run);
    return app->device_error.kind == ERROR_NONE ? &app->device : &app->devices[0];
}

bool app_on_gpu(const struct app *app)
{
    const struct device_info *info = &app_device(app)->info;

    return info->pci[0] != '\0' || info->uuid[0] != '\0';
}

void app_watch_gpus(struct app *app)
{
    bool trains = live_going(&app->live) && app_on_gpu(app);

    node_watch_gpus(&app->node, trains || app->gpus_in_sight);
}

static void follow_job(struct app *app)
{
    if (!app->job_question || !job_question_take(app->job_question, &app->job))
        return;
    job_question_free(app->job_question);
    app->job_question = NULL;
}

void app_tick(struct app *app)
{
    int gpus = app->node.gpus.count;

    live_tick(&app->live);
    follow_job(app);
    app_watch_gpus(app);
    node_tick(&app->node);
    if (app->node.gpus.count != gpus)
        app->turned = true;
}

bool app_follow(struct app *app)
{
    bool was_going = live_going(&app->live);
    bool changed = live_follow(&app->live);

    if (was_going && app->live.over)
        say_how_it_ended(app);
    return changed;
}

void app_remember(struct app *app)
{
    app->before = app->recipe;
    app->can_undo = true;
}

/* Opening a data set's headers costs file accesses: only when its name is another than last time. */
static void look_at_dataset(struct app *app)
{
    if (strcmp(app->looked_at, app->recipe.data.dataset) == 0)
        return;
    text_copy(app->looked_at, sizeof app->looked_at, app->recipe.data.dataset);
    app->dataset_error.kind = ERROR_NONE;
    catalogue_look(app->recipe.data.dataset, &app->dataset, &app->dataset_error);
}

/* A GPU may be there yet. */
static void choose_device(struct app *app)
{
    const char *name = app->recipe.training.device;
    struct error *e = &app->device_error;

    e->kind = ERROR_NONE;
    if (!devices_choose_among(app->devices, app->n_devices, app->missing, name, &app->device, e) && app->device_search)
        error_set(e, ERROR_DEVICE, "%s", app->missing);
}

void app_recipe_changed(struct app *app)
{
    look_at_dataset(app);
    app->model_error.kind = ERROR_NONE;
    if (app->dataset_error.kind == ERROR_NONE)
        model_infer(&app->recipe,
                    shape_image(app->dataset.height, app->dataset.width, app->dataset.channels),
                    app->dataset.classes, &app->model, &app->model_error);
    else
        app->model = (struct model){ .bad_layer = -1 };
    choose_device(app);
}

void app_replace_recipe(struct app *app, const struct recipe *recipe)
{
    app_remember(app);
    app->recipe = *recipe;
    app_recipe_changed(app);
}

void app_undo(struct app *app)
{
    struct recipe now = app->recipe;

    if (!app->can_undo) {
        app_say(app, ROLE_DIM, "nothing to undo");
        return;
    }
    app->recipe = app->before;
    app->before = now;
    app_recipe_changed(app);
    app_say(app, ROLE_NORMAL, "last change undone (u again brings it back)");
}

void app_say(struct app *app, enum role role, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(app->message, sizeof app->message, format, arguments);
    va_end(arguments);
    app->message_role = role;
    app->message_is_error = false;
}

void app_say_error(struct app *app, const struct error *e)
{
    app_say(app, ROLE_BAD, "%s", e->text);
    app->message_is_error = true;
}
