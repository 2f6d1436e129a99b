/* The charts of a run as files: at once, and as a form says. */
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#include "plot/chart.h"
#include "run/run.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/held_lines.h"
#include "tests/support/png.h"
#include "tui/actions.h"
#include "tui/exports.h"
#include "tui/state/exporting.h"
#include "tui/term/keycodes.h"

#define ENTER KEYCODE_ENTER

enum { WHAT, FORMAT, SIZE, DPI, THEME, LOGARITHMIC, FOLDER };

static int setup(void **state)
{
    return desk_open_to_train(state, "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 500\ndevice = cpu:1\n"
                                     "[layers]\nflatten =\ndense = units=10\n");
}

static int teardown(void **state)
{
    held_lines(false);
    return desk_close(state);
}

static void train(void)
{
    desk_press(KEYCODE_F5);
    desk_end_run();
}

/* A run's folder may be slow: here it does not answer until the screen was used meanwhile. */
static void test_the_screen_goes_on_while_charts_are_written(void **state)
{
    static const char *const names[] = { "loss", "accuracy", "learning-rate", "throughput" };
    char folder[PATH_SIZE];
    (void)state;

    train();
    strcpy(folder, live_folder(&desk_app->live));
    held_lines(true);
    actions_key(desk_app, KEYCODE_F8);
    actions_follow(desk_app);
    assert_true(desk_shows("writing the charts"));
    actions_key(desk_app, '2');
    actions_follow(desk_app);
    assert_int_equal(desk_app->display.focus, PANEL_LAYERS);
    actions_key(desk_app, 'e');
    assert_true(desk_shows("the charts are being written"));
    assert_false(path_is_file(folder_path(folder, "plots/loss.png")));
    held_lines(false);
    desk_settle();
    assert_true(desk_shows("plots/loss.png"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];

        snprintf(path, sizeof path, "plots/%s.png", names[i]);
        png_check(folder_path(folder, path), CHART_WIDTH, CHART_HEIGHT);
    }
}

/* Whoever leaves does not wait for a folder that does not answer, and finds no part of a file there later. */
static void test_leaving_gives_up_what_hangs(void **state)
{
    char folder[PATH_SIZE];
    (void)state;

    train();
    strcpy(folder, live_folder(&desk_app->live));
    held_lines(true);
    actions_key(desk_app, KEYCODE_F8);
    assert_non_null(strstr(exports_farewell(desk_app), "left out"));
    exporting_close(desk_app->charts.exporting); /* as the end of the workbench does */
    desk_app->charts.exporting = NULL;
    assert_null(exports_farewell(desk_app));
    assert_false(path_is_folder(folder_path(folder, "plots")));
}

static void go_to_field(int position)
{
    desk_press(KEYCODE_HOME);
    for (int i = 0; i < position; i++)
        desk_press(KEYCODE_DOWN);
}

/* A path in place of the one that stands there, another text behind it. */
static void set_text(int position, const char *text)
{
    go_to_field(position);
    desk_type(text);
    desk_press(ENTER);
}

static void test_the_form_writes_what_it_says_and_remembers_it(void **state)
{
    const char *folder = *state;

    train();
    desk_press('E');
    assert_true(desk_shows("Charts as files"));
    assert_true(desk_shows("1600 × 1000 pixels, 203 × 127 mm in print"));
    desk_press(KEYCODE_RIGHT); /* the loss alone */
    go_to_field(FORMAT);
    desk_press(KEYCODE_RIGHT); /* SVG */
    set_text(FOLDER, folder_path(folder, "figures"));
    desk_press(ENTER);
    assert_true(desk_shows("figures/loss.svg"));
    assert_int_equal(folder_entries(folder_path(folder, "figures")), 1);

    char *svg = folder_text(folder, "figures/loss.svg");

    assert_non_null(strstr(svg, "</svg>"));
    free(svg);
    desk_press('E');
    assert_true(desk_shows("what             ◂ loss ▸"));
    assert_true(desk_shows("format             svg"));
    desk_press(KEYCODE_ESCAPE);

    desk_press('e'); /* which is as it was */
    assert_true(desk_shows("plots/loss.png"));
}

static void test_a_size_that_cannot_be_is_told(void **state)
{
    (void)state;
    train();
    desk_press('E');
    set_text(SIZE, "7x7");
    assert_true(desk_shows("a size is like"));
    desk_press(KEYCODE_ESCAPE);
}

static void test_without_a_run_there_is_nothing_to_write(void **state)
{
    (void)state;
    desk_press('E');
    assert_true(desk_shows("nothing to export: press F5 to train"));
}

int main(void)
{
#define SCREEN_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_screen_goes_on_while_charts_are_written),
        SCREEN_TEST(test_leaving_gives_up_what_hangs),
        SCREEN_TEST(test_the_form_writes_what_it_says_and_remembers_it),
        SCREEN_TEST(test_a_size_that_cannot_be_is_told),
        SCREEN_TEST(test_without_a_run_there_is_nothing_to_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
