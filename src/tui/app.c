#include "tui/app.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/errand.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/login_node.h"
#include "run/run_recipe.h"
#include "tui/draw/graph.h"
#include "tui/state/live_words.h"

struct app *app_new(const struct recipe *recipe, struct trainer_events events, struct error *e)
{
    struct app *app = memory_new(1, sizeof *app, e);

    if (!app)
        return NULL;
    app->draft.recipe = *recipe;
    app->live.events = app->forecast.events = app->contest.events = events;
    app->display.mouse = true;
    gallery_open(&app->gallery, events);
    findings_open(&app->findings, events);
    machine_open(&app->machine, events);
    fetching_open(&app->fetching, events);
    if (!node_open(&app->node, e) || !datasets_open(&app->datasets, events, e)) {
        app_free(app);
        return NULL;
    }
    app->live.gpus = app->node.gpu_sampler;
    app_recipe_changed(app);
    return app;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    errand_free(app->offer);
    detachment_close(&app->detachment);
    live_close(&app->live);
    charts_free(&app->charts);
    forecast_close(&app->forecast);
    machine_close(&app->machine);
    gallery_close(&app->gallery);
    findings_close(&app->findings);
    datasets_close(&app->datasets);
    fetching_close(&app->fetching);
    checkup_close(&app->checkup);
    past_runs_close(&app->past_runs);
    node_close(&app->node);
    draft_close(&app->draft);
    submission_close(&app->submission);
    contest_close(&app->contest);
    free(app);
}

/* While they are not shown, the curves stay as they are. */
static void fit_curves(struct app *app)
{
    enum { FRAME = 2 };
    struct rectangle chart = app->display.layout.charts[0].area;

    if (chart.rows > 0)
        charts_resize(&app->charts, chart.rows - FRAME, graph_cells(chart.columns - FRAME),
                      graph_points(chart.columns - FRAME, app->display.dots));
}

void app_resize(struct app *app, int rows, int columns, bool unicode)
{
    display_resize(&app->display, rows, columns, unicode);
    fit_curves(app);
}

void app_focus(struct app *app, enum place place)
{
    display_focus(&app->display, place);
    fit_curves(app);
}

void app_whole(struct app *app, bool whole)
{
    display_whole(&app->display, whole);
    fit_curves(app);
}

static void show_run(struct app *app)
{
    display_run(&app->display, true);
    fit_curves(app);
}

static bool start(struct app *app, const char *resumed, struct error *e)
{
    const struct device *device = app->machine.device_error.kind == ERROR_NONE ? &app->machine.device : NULL;

    if (app->machine.login_node && !login_node_check(&app->machine.job, e))
        return false;
    if (contest_going(&app->contest))
        return error_set(e, ERROR_USAGE, "a comparison trains, and a run would spoil its times: C shows it");
    forecast_stop(&app->forecast);
    if (!live_start(&app->live, &app->draft.recipe, device, resumed, e))
        return false;
    draft_used(&app->draft);
    show_run(app);
    return true;
}

bool app_train(struct app *app, struct error *e)
{
    const struct error *const wrong[] = { &app->datasets.error, &app->draft.model_error, &app->machine.device_error };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (wrong[i]->kind != ERROR_NONE) {
            *e = *wrong[i];
            return false;
        }
    return start(app, NULL, e);
}

bool app_go_on(struct app *app, const char *folder, struct error *e)
{
    struct recipe recipe;

    if (live_own_going(&app->live))
        return error_set(e, ERROR_USAGE, "a run goes on: stop it first");
    if (!run_recipe_load(&recipe, folder, e))
        return false;
    app_change_recipe(app, &app->draft.recipe, &recipe, sizeof recipe);
    return start(app, folder, e);
}

bool app_take_back(struct app *app, struct error *e)
{
    char folder[PATH_SIZE];
    struct recipe recipe;

    text_copy(folder, sizeof folder, live_folder(&app->live));
    if (!run_recipe_load(&recipe, folder, e) || !live_start(&app->live, &recipe, NULL, folder, e))
        return false;
    show_run(app);
    return true;
}

bool app_watch(struct app *app, const char *folder, struct error *e)
{
    struct recipe recipe;

    if (!run_recipe_load(&recipe, folder, e) || !live_watch(&app->live, &recipe, folder, e))
        return false;
    app_change_recipe(app, &app->draft.recipe, &recipe, sizeof recipe);
    forecast_stop(&app->forecast);
    show_run(app);
    return true;
}

static struct forecast_subject subject_of(const struct app *app)
{
    const struct machine *m = &app->machine;
    struct forecast_subject s = {
        .recipe = &app->draft.recipe,
        .dataset = datasets_info(&app->datasets),
        .devices = m->devices,
        .n_devices = m->n_devices,
        .device = m->device_error.kind == ERROR_NONE ? &m->device : NULL,
    };

    for (int i = 0; i < m->n_devices; i++)
        s.rooms[i] = node_room(&app->node, &m->devices[i]);
    return s;
}

/* What follows from the recipe and its data set. */
static void infer(struct app *app)
{
    struct draft *draft = &app->draft;

    draft_infer(draft, datasets_info(&app->datasets));
    machine_choose(&app->machine, draft->recipe.training.device);
    if (live_there(&app->live))
        running_compare(&app->live.running, &draft->recipe);

    struct forecast_subject subject = subject_of(app);

    forecast_change(&app->forecast, &subject);
}

/* A network of a lesson has the classes of its data set; who chooses another one wants to train on that. Weights, too,
 * come from where there were other classes. */
static bool fit_classes(struct app *app)
{
    const struct dataset_info *info = datasets_info(&app->datasets);

    if (!app->datasets.chosen || datasets_looking(&app->datasets))
        return false;
    app->datasets.chosen = false;
    if (!info || !model_fit_classes(&app->draft.recipe, shape_image(info->height, info->width, info->channels),
                                    info->classes))
        return false;
    display_say(&app->display, ROLE_NORMAL, "the last layer gives %d values now, one a class (u: undo)", info->classes);
    return true;
}

void app_recipe_changed(struct app *app)
{
    datasets_look(&app->datasets, &app->draft.recipe);
    fit_classes(app);
    draft_note(&app->draft);
    infer(app);
}

void app_change_recipe(struct app *app, void *part, const void *to, size_t size)
{
    const char *weights = app->draft.recipe.training.weights;
    char before[sizeof app->draft.recipe.training.weights];

    if (memcmp(part, to, size) == 0)
        return;
    text_copy(before, sizeof before, weights);
    memcpy(part, to, size);
    if (weights[0] != '\0' && strcmp(weights, before) != 0)
        app->datasets.chosen = true;
    app_recipe_changed(app);
}

const struct device *app_device(const struct app *app)
{
    return live_own_going(&app->live) ? run_device(app->live.run) : machine_device(&app->machine);
}

bool app_on_gpu(const struct app *app)
{
    const struct device_info *info = &app_device(app)->info;

    return info->pci[0] != '\0' || info->uuid[0] != '\0';
}

void app_watch_gpus(struct app *app)
{
    bool trains = live_going(&app->live) && app_on_gpu(app);

    node_watch_gpus(&app->node, trains || app->display.gpus_in_sight);
}

static void look_ahead(struct app *app)
{
    struct forecast_subject subject = subject_of(app);

    forecast_tick(&app->forecast, &subject);
}

void app_tick(struct app *app)
{
    int gpus = app->node.gpus.count;

    live_tick(&app->live);
    live_words_trouble(&app->live, &app->display);
    draft_tick(&app->draft);
    if (!live_going(&app->live))
        look_ahead(app);
    machine_follow_job(&app->machine);
    if (live_own_going(&app->live))
        run_set_job(app->live.run, &app->machine.job);
    app_watch_gpus(app);
    node_tick(&app->node);
    if (app->node.gpus.count != gpus)
        app->display.turned = true;
}

static bool follow_charts(struct app *app)
{
    const struct live *live = &app->live;
    struct charts *charts = &app->charts;

    if (!live_there(live))
        return false;

    const struct run_curves curves = live_curves(live);
    const struct series *const series[CURVE_COUNT] = {
        [CURVE_STEPS] = curves.steps,
        [CURVE_VALIDATION] = curves.epochs,
    };

    if (charts->number != live->number)
        charts_begin(charts, live->number, path_name(live_folder(live)), &live->running.recipe);
    else if (charts->begun_anew != curves.begun_anew)
        charts_again(charts);
    charts->begun_anew = curves.begun_anew;

    bool followed = charts_follow(charts, series, live->over);
    return charts_take_measured(charts, curves.measured) || followed;
}

/* True when reading is over. */
static bool take_read_curves(struct app *app, double seconds)
{
    struct error e;

    if (!charts_take_read(&app->charts, CHARTS_PINNED, seconds, &e))
        return false;
    if (e.kind != ERROR_NONE)
        display_say_error(&app->display, &e);
    app->display.turned = true;
    return true;
}

/* Most are read before a word about it could be. */
void app_toggle_run(struct app *app, const char *folder)
{
    const double at_once_seconds = 0.05;
    const struct trainer_events *events = &app->live.events;
    struct error e;

    if (charts_toggle(&app->charts, folder, events->changed, events->context, &e))
        take_read_curves(app, at_once_seconds);
    else
        display_say_error(&app->display, &e);
}

static bool follow_datasets(struct app *app)
{
    struct error e;
    int found = datasets_follow(&app->datasets, &e);

    if (found & FOUND_OWN && fit_classes(app))
        draft_note(&app->draft);
    if (found & FOUND_OWN)
        infer(app);
    if (found & FOUND_NO_LIST)
        display_say_error(&app->display, &e);
    return gallery_follow(&app->gallery) || found != 0;
}

bool app_shows_facts(const struct app *app)
{
    enum { ROWS_LEAST = 16 }; /* so that the list keeps half of them */

    return app->display.whole && app->display.layout.panels[PANEL_DATASET].area.rows >= ROWS_LEAST;
}

void app_watch_datasets(struct app *app)
{
    bool wanted = app_shows_facts(app) && datasets_info(&app->datasets);

    if (!app->display.gallery_in_sight)
        gallery_show(&app->gallery, wanted ? app->datasets.looked_at : NULL, &app->datasets.wish);
}

/* What has come is found by its name, like all that is in the folder. */
static bool follow_fetching(struct app *app)
{
    const struct fetching *f = &app->fetching;
    struct error e;
    int found = fetching_follow(&app->fetching);

    if (found & FETCHING_NOTED)
        display_say(&app->display, ROLE_NORMAL, "%s", f->note);
    if (!(found & FETCHING_ENDED))
        return found != 0;
    if (f->error.kind == ERROR_STOPPED)
        display_say(&app->display, ROLE_STRONG, "stopped: what has come of %s is kept", f->name);
    else if (f->error.kind != ERROR_NONE)
        display_say_error(&app->display, &f->error);
    else if (!datasets_read_again(&app->datasets, &e))
        display_say_error(&app->display, &e);
    else
        display_say(&app->display, ROLE_GOOD, "%s is here", f->name);
    app_recipe_changed(app); /* it may be about what has come */
    return true;
}

bool app_follow(struct app *app)
{
    bool was_going = live_going(&app->live), changed = live_follow(&app->live);

    changed = follow_datasets(app) || changed;
    changed = follow_fetching(app) || changed;
    changed = findings_follow(&app->findings) || changed;
    changed = follow_charts(app) || changed;
    changed = take_read_curves(app, 0) || changed;
    if (was_going && app->live.over) {
        live_words_end(&app->live, &app->display);
        display_run(&app->display, live_kept(&app->live));
    }
    return changed;
}

bool app_find_devices(struct app *app)
{
    if (!machine_found_devices(&app->machine))
        return false;
    app_recipe_changed(app);
    return true;
}
