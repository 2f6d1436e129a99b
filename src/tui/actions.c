#include "tui/actions.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/compare/compare_training.h"
#include "tui/compare/compare_view.h"
#include "tui/comparisons.h"
#include "tui/datasets/preview_view.h"
#include "tui/devices/devices_view.h"
#include "tui/devices/job_view.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/exports.h"
#include "tui/help.h"
#include "tui/inspect/health_view.h"
#include "tui/inspect/inspect_view.h"
#include "tui/palette.h"
#include "tui/panels/panel.h"
#include "tui/past/run_page.h"
#include "tui/past/runs_view.h"
#include "tui/preferences.h"
#include "tui/pointer.h"
#include "tui/quitting.h"
#include "tui/recipes.h"
#include "tui/runs.h"
#include "tui/sbatch.h"
#include "tui/steering.h"
#include "tui/term/mouse.h"
#include "tui/tour.h"
#include "tui/watching.h"

static void nothing(struct app *app)
{
    (void)app;
}

static void next_place(struct app *app)
{
    app_focus(app, (app->display.focus + 1) % PLACE_COUNT);
}

static void previous_place(struct app *app)
{
    app_focus(app, (app->display.focus + PLACE_COUNT - 1) % PLACE_COUNT);
}

static void toggle_whole(struct app *app)
{
    app_whole(app, !app->display.whole);
}

static void back(struct app *app)
{
    if (app->display.whole)
        app_whole(app, false);
    else if (app->display.tour.step > 0)
        tour_leave(app);
    else
        sbatch_forget(app);
}

/* The readings alone on the screen, with a table of the layers; again: all. */
static void step_view(struct app *app)
{
    bool open = app->display.whole && app->display.focus == VIEW_READINGS;

    app_focus(app, VIEW_READINGS);
    app_whole(app, !open);
}

/* Of the run on the screen, or of an earlier one. */
static void inspect_model(struct app *app)
{
    if (live_kept(&app->live))
        inspect_view_open(app, live_folder(&app->live));
    else
        runs_view_choose(app, inspect_view_open);
}

/* The same runs. */
static void network_health(struct app *app)
{
    if (live_kept(&app->live))
        health_view_open(app);
    else
        runs_view_choose(app, health_view_open_past);
}

static void toggle_detail(struct app *app)
{
    app->display.detail = !app->display.detail;
}

static void toggle_mouse(struct app *app)
{
    app->display.mouse = !app->display.mouse;
    display_say(&app->display, ROLE_NORMAL,
                app->display.mouse ? "the mouse is on; with Shift the terminal selects text"
                                   : "the mouse is off: the terminal selects text with it");
}

static void redraw(struct app *app)
{
    app->display.redraw = true;
}

static void open_palette(struct app *app);

static void (*const act[ACTION_COUNT])(struct app *app) = {
    [ACTION_NONE] = nothing,
#define ACTION(action, function, first, second, shown, label, help) [ACTION_##action] = function,
    ACTIONS(ACTION)
#undef ACTION
};

static void key_of_dialog(struct app *app, int key)
{
    bool whole = app->display.dialog->class->whole;
    int reaction = dialog_key(app, key);
    enum action action = keys_action(key);

    if (reaction == REACTION_NONE && keys_vi(key) != KEYCODE_NONE)
        dialog_key(app, keys_vi(key));
    else if (whole && reaction == REACTION_NONE && keys_steer(action))
        act[action](app);
}

/* The panel or the view that has the focus. */
static bool place_takes(struct app *app, int key)
{
    const struct panel_class *panel = panel_classes[app->display.focus];
    int reaction = panel->key && key != KEYCODE_NONE ? panel->key(app, key) : REACTION_NONE;

    if (reaction & REACTION_MODEL_CHANGED)
        app_recipe_changed(app);
    return reaction != REACTION_NONE;
}

static void key_of_place(struct app *app, int key)
{
    enum action action = keys_action(key);

    if (place_takes(app, key) || (action == ACTION_NONE && place_takes(app, keys_vi(key))))
        return;
    if (action == ACTION_PLACE && key - '1' < PLACE_COUNT)
        app_focus(app, key - '1');
    if (key == KEYCODE_BACK_TAB)
        previous_place(app);
    else
        act[action](app);
}

static void do_action(struct app *app, enum action action)
{
    act[action](app);
}

static void open_palette(struct app *app)
{
    static const struct command_hands hands = { .act = do_action, .press = key_of_place };

    palette_open(app, &hands);
}

/* On a screen that is too small to show what happens, only these keys work. */
static bool works_unseen(int key)
{
    enum action action = keys_action(key);

    return action == ACTION_INTERRUPT || action == ACTION_REDRAW || key == KEYCODE_F10;
}

/* A long error has a box of its own. */
static void show_long_error(struct app *app)
{
    char text[sizeof app->display.message];

    if (app->display.message_role != ROLE_BAD || (int)strlen(app->display.message) + 2 <= app->display.columns)
        return;
    text_copy(text, sizeof text, app->display.message);
    app->display.message[0] = '\0';
    if (live_refused_images(&app->live))
        dialog_ask(app, &(struct ask_setup){
            .title = "Other images",
            .text = text,
            .answers = { { 'g', "go on with what is there now", runs_go_on_anyway } },
            .none = "leave the run as it is",
            .subject = live_folder(&app->live),
        });
    else
        dialog_ask(app, &(struct ask_setup){ .title = "Error", .text = text });
}

static void look_closely(struct app *app)
{
    preview_view_follow(app);
    inspect_view_follow(app);
    app_watch_datasets(app);
}

bool actions_follow(struct app *app)
{
    bool changed = app_follow(app);

    if (!live_going(&app->live))
        dialog_run_over(app);
    changed = quitting_follow(app) || changed;
    changed = watching_follow(app) || changed;
    show_long_error(app);
    look_closely(app);
    changed = exports_follow(app) || changed;
    changed = runs_follow(app) || changed;
    changed = runs_view_follow(app) || changed;
    changed = run_page_follow(app) || changed;
    changed = compare_view_follow(app) || changed;
    changed = compare_training_follow(app) || changed;
    changed = health_view_follow(app) || changed;
    changed = sbatch_follow(app) || changed;
    return tour_follow(app) || changed;
}

/* Pasted text is no command, whatever letters are in it: it goes where text is typed, and nowhere else. */
static bool is_lost_paste(const struct app *app, int key)
{
    return key & KEYCODE_PASTED && !(app->display.dialog && app->display.dialog->class->takes_text);
}

static void mouse(struct app *app, int event)
{
    if (mouse_event_of(event) == MOUSE_PRESS)
        app->display.message[0] = '\0';
    pointer_do(app, event, actions_key);
    tour_follow(app);
}

void actions_key(struct app *app, int key)
{
    if (app->display.layout.too_small && !works_unseen(key))
        return;
    if (mouse_is(key)) {
        mouse(app, key);
        return;
    }
    app->display.pressed = 0;
    app->display.message[0] = '\0';
    if (is_lost_paste(app, key)) {
        display_say(&app->display, ROLE_DIM, "pasted text is ignored here: only a line of text takes it");
        return;
    }
    if (app->display.dialog && keys_action(key) == ACTION_INTERRUPT)
        key = KEYCODE_ESCAPE;
    if (app->display.dialog && keys_action(key) != ACTION_REDRAW)
        key_of_dialog(app, key);
    else
        key_of_place(app, key);
    show_long_error(app);
    tour_follow(app);
    look_closely(app);
    runs_view_follow(app);
    app_watch_gpus(app);
}
