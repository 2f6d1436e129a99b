/* Every panel, view, form, dialog and help page as it looks at 40×12, 80×24 and 132×50, in Unicode and in ASCII: a file
 * of tests/screens a scene, with all six screens. */
#include "tests/support/check.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/actions.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"
#include "tui/start_page.h"
#include "tui/tour.h"

/* Little is learned, so that the curves are the same on every processor. */
static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 2\nbatch = 500\ndevice = cpu:4\n"
                             "[optimiser]\nlearning_rate = 1e-7\n"
                             "[layers]\nconv2d = filters=4 kernel=3 stride=4 activation=relu\nmaxpool2d =\nflatten =\n"
                             "dropout =\ndense = units=10\n";

/* A run that is over, with figures that are the same everywhere. */
static void train(void)
{
    struct live *live = &desk_app->live;
    struct trainer_status *s = &live->status;
    struct step_profile *p = &live->profile;

    desk_press(KEYCODE_F5);
    assert_non_null(live->run);
    run_wait(live->run);
    actions_follow(desk_app);
    assert_true(live->over);
    s->seconds = 754;
    s->training_seconds = 700;
    s->speed = s->speed_now = 11720;
    s->recent_loss = s->train_loss = 0.1234;
    s->recent_accuracy = s->train_accuracy = 0.957;
    s->valid_loss = s->test_loss = s->best_valid_loss = 0.2345;
    s->valid_accuracy = s->test_accuracy = 0.918;
    s->best_epoch = 2;
    *p = (struct step_profile){ .step = 0.02,
                                .part = { [STEP_READ] = 0.001, [STEP_FORWARD] = 0.006, [STEP_BACKWARD] = 0.0118,
                                          [STEP_UPDATE] = 0.0012 },
                                .sampled = true,
                                .flops = 2.5e8,
                                .n_layers = 5 };
    p->layer[0][STEP_FORWARD] = 0.005;
    p->layer[0][STEP_BACKWARD] = 0.01;
    p->layer[4][STEP_FORWARD] = 0.001;
    p->layer[4][STEP_BACKWARD] = 0.0018;
    p->layer[5][STEP_UPDATE] = 0.0012;
}

/* In the middle of its second epoch. */
static void train_half(void)
{
    struct trainer_status *s = &desk_app->live.status;

    train();
    desk_app->live.over = false;
    desk_app->display.message[0] = '\0';
    s->state = TRAINER_RUNNING;
    s->epoch = 2;
    s->batch = 7;
    s->seconds_left = 184;
    s->test_accuracy = -1;
}

static void train_and_pause(void)
{
    train_half();
    desk_app->live.status.state = TRAINER_PAUSED;
}

static void edit(void)
{
    train_half();
    desk_go_to(PANEL_LAYERS);
    desk_press('d');
    desk_app->display.message[0] = '\0';
}

static void start_page(void)
{
    start_page_open(desk_app, actions_key);
}

static void tour(void)
{
    tour_begin(desk_app);
}

static void long_error(void)
{
    display_say(&desk_app->display, ROLE_BAD, "%s",
                "datasets/photographs/train/cat/0042.jpg is cut short or damaged: it says that it has 640x480 pixels, "
                "and the file ends after 112 rows of them; mend it, or take it out of the folder");
    actions_follow(desk_app);
}

static void impossible(void)
{
    desk_app->draft.recipe.layers[0] = desk_app->draft.recipe.layers[4];
    app_recipe_changed(desk_app);
    desk_go_to(PANEL_LAYERS);
}

static void unreadable(void)
{
    struct catalogue *c = &desk_app->datasets.catalogue;

    snprintf(c->entries[c->count - 1].problem, sizeof c->entries[0].problem,
             "datasets/torn.h5 is not an HDF5 file, or is cut short or damaged");
}

enum { KEYS_MOST = 6 };
/* The list of runs, in which when and how long are the same everywhere. Looks read again only what has changed. */
static void train_and_list(void)
{
    struct past_runs *runs = &desk_app->past_runs;

    train();
    desk_press(KEYCODE_F4);
    assert_int_equal(runs->count, 1);
    runs->entries[0]->begun = mktime(&(struct tm){ .tm_year = 124, .tm_mday = 2, .tm_hour = 10, .tm_isdst = -1 });
    runs->entries[0]->progress.seconds = 754;
    runs->version++;
    actions_follow(desk_app);
}

#define DOWN KEYCODE_DOWN
#define ENTER KEYCODE_ENTER

static const struct scene {
    const char *name;
    void (*begin)(void); /* NULL: the workbench as it opens */
    int keys[KEYS_MOST];
} scenes[] = {
    { "panel-dataset", NULL, { '1' } },
    { "panel-layers", NULL, { '2' } },
    { "panel-training", NULL, { '3' } },
    { "panel-device", NULL, { '4' } },
    { "view-charts", NULL, { '5' } },
    { "view-readings", NULL, { '6' } },
    { "whole-layers", NULL, { '2', 'f' } },
    { "form-conv2d", NULL, { '2', ENTER } },
    { "form-dropout", NULL, { '2', DOWN, DOWN, DOWN, ENTER } },
    { "form-dense", NULL, { '2', KEYCODE_END, ENTER } },
    { "form-data", NULL, { '3', ENTER } },
    { "form-training", NULL, { '3', DOWN, ENTER } },
    { "form-optimiser", NULL, { '3', DOWN, DOWN, ENTER } },
    { "form-schedule", NULL, { '3', KEYCODE_END, ENTER } },
    { "dialog-recipe", NULL, { KEYCODE_F2 } },
    { "dialog-open-file", NULL, { KEYCODE_F2, KEYCODE_END, ENTER } },
    { "dialog-write", NULL, { KEYCODE_F3 } },
    { "form-job", NULL, { 'w' } },
    { "dialog-runs", train_and_list, { 0 } },
    { "dialog-add-layer", NULL, { '2', 'a' } },
    { "dialog-path", NULL, { '1', '/' } },
    { "dialog-unreadable", unreadable, { '1', KEYCODE_END, ENTER } },
    { "dialog-no-gpu", NULL, { '4', KEYCODE_END, ENTER } },
    { "dialog-commands", NULL, { ':' } },
    { "form-charts", train, { 'E' } },
    { "dialog-stop", train_half, { KEYCODE_F5 } },
    { "dialog-quit", train_half, { 'q' } },
    { "dialog-error", long_error, { 0 } },
    { "devices", NULL, { KEYCODE_F9 } },
    { "start-page", start_page, { 0 } },
    { "tour", tour, { 0 } },
    { "impossible-layers", impossible, { 0 } },
    { "running", train_half, { 0 } },
    { "running-charts", train_half, { '5' } },
    { "running-readings", train_half, { '6' } },
    { "running-charts-whole", train_half, { '5', 'f' } },
    { "running-time", train_half, { KEYCODE_F6 } },
    { "paused", train_and_pause, { 0 } },
    { "edited", edit, { 0 } },
    { "over", train, { 0 } },
    { "over-time", train, { KEYCODE_F6 } },
    { "help-dataset", NULL, { '1', '?' } },
    { "help-layers", NULL, { '2', '?' } },
    { "help-training", NULL, { '3', '?' } },
    { "help-device", NULL, { '4', '?' } },
    { "help-charts", NULL, { '5', '?' } },
    { "help-readings", NULL, { '6', '?' } },
    { "help-devices-view", NULL, { KEYCODE_F9, '?' } },
};

static const struct {
    int rows, columns;
    const char *title;
} sizes[] = { { 12, 40, "40x12" }, { 24, 80, "80x24" }, { 50, 132, "132x50" } };

/* The run's folder is another one each time, and its name may be longer. */
static void hide_folder(char *row)
{
    char *at = strstr(row, " in    ");

    for (at = at ? at + strlen(" in    ") : NULL; at && *at > 0 && *at != '|'; at++)
        *at = '#';
}

/* "2026-11-27 23:08" */
static void hide_date(char *row)
{
    int year, month, day, hour, minute, length = 0;

    for (char *at = row; (at = strstr(at, " 20")) != NULL; at++)
        if (sscanf(at, " %4d-%2d-%2d %2d:%2d%n", &year, &month, &day, &hour, &minute, &length) == 5)
            memset(at + 1, '#', (size_t)length - 1);
}

static void add_screen(char *all, size_t size)
{
    char *text = canvas_to_text(desk_draw()), *rest = text, *row;

    assert_non_null(text);
    while ((row = strsep(&rest, "\n")) && rest) {
        hide_folder(row);
        hide_date(row);
        assert_true(text_append(all, size, "%s\n", row));
    }
    free(text);
}

static void show(const struct scene *scene)
{
    if (scene->begin)
        scene->begin();
    for (int i = 0; i < KEYS_MOST && scene->keys[i] != 0; i++)
        desk_press(scene->keys[i]);
}

/* A workbench of this size, in which the scene is played: first in Unicode, then the same in ASCII. */
static void add_size(void **state, const struct scene *scene, int size, char *unicode, char *ascii, size_t room)
{
    int rows = sizes[size].rows, columns = sizes[size].columns;

    assert_int_equal(desk_open_to_train(state, recipe), 0);
    app_resize(desk_app, rows, columns, true);
    show(scene);
    text_append(unicode, room, "%s in Unicode:\n", sizes[size].title);
    add_screen(unicode, room);
    app_resize(desk_app, rows, columns, false);
    text_append(ascii, room, "%s in ASCII:\n", sizes[size].title);
    add_screen(ascii, room);
    desk_app->live.over = desk_app->live.run != NULL;
    assert_int_equal(desk_close(state), 0);
}

static void test_every_screen_as_it_looks(void **state)
{
    static char unicode[1 << 15], ascii[1 << 15], all[1 << 16], name[64];

    for (const struct scene *scene = scenes; scene < scenes + sizeof scenes / sizeof *scenes; scene++) {
        unicode[0] = ascii[0] = '\0';
        for (int i = 0; i < (int)(sizeof sizes / sizeof *sizes); i++)
            add_size(state, scene, i, unicode, ascii, sizeof ascii);
        snprintf(all, sizeof all, "%s%s", unicode, ascii);
        snprintf(name, sizeof name, "gallery-%s", scene->name);
        golden_check(name, all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_screen_as_it_looks) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
