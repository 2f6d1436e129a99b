/* The first minute: the starting page, earlier runs and the tour. */
#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/errand.h"
#include "base/text.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/actions.h"
#include "tui/keys.h"
#include "tui/runs.h"
#include "tui/start_page.h"
#include "tui/tour.h"

static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 1\nbatch = 1000\ndevice = cpu:1\n"
                             "[layers]\nconv2d = filters=2 kernel=3 stride=4\nflatten =\ndense = units=10\n";

static int setup(void **state)
{
    return desk_open_to_train(state, recipe);
}

static void test_the_page_as_it_looks(void **state)
{
    (void)state;
    start_page_open(desk_app, actions_key);
    golden_check_canvas("start-80x24", desk_draw());
    app_resize(desk_app, 12, 40, true);
    golden_check_canvas("start-40x12", desk_draw());
}

static void test_one_key_trains_the_digits(void **state)
{
    (void)state;
    start_page_open(desk_app, actions_key);
    desk_press('d');
    assert_null(desk_app->display.dialog);
    assert_true(live_going(&desk_app->live));
    desk_end_run();
}

static void test_each_choice_is_a_key_or_a_line(void **state)
{
    (void)state;
    start_page_open(desk_app, actions_key);
    desk_press('/');
    assert_true(desk_shows("A folder, a file or a name:"));
    desk_press(KEYCODE_ESCAPE);
    start_page_open(desk_app, actions_key);
    desk_press('p');
    assert_true(desk_shows("cifar10-lesson"));
    desk_press(KEYCODE_ESCAPE);
    start_page_open(desk_app, actions_key);
    desk_press('j');
    desk_press(KEYCODE_DOWN);
    desk_press('k');
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("A folder, a file or a name:"));
}

/* What is a command anywhere is one here, too. */
static void test_any_other_key_is_one_of_the_workbench(void **state)
{
    (void)state;
    start_page_open(desk_app, actions_key);
    desk_press('2');
    assert_null(desk_app->display.dialog);
    assert_int_equal(desk_app->display.focus, PANEL_LAYERS);
    start_page_open(desk_app, actions_key);
    desk_press('?');
    assert_true(desk_shows("Everywhere"));
    desk_press('q');
    start_page_open(desk_app, actions_key);
    desk_press('q');
    assert_true(desk_app->display.leave);
}

static void test_the_recipe_of_an_earlier_run_is_taken_up(void **state)
{
    char name[sizeof desk_app->draft.recipe.name];
    (void)state;
    start_page_open(desk_app, actions_key);
    desk_press('r');
    assert_true(desk_shows("there is no run yet"));
    desk_press(KEYCODE_ESCAPE);
    text_copy(name, sizeof name, desk_app->draft.recipe.name);
    desk_press(KEYCODE_F5);
    desk_end_run();

    folder_put(*state, "0007-later/recipe.ini", "[layers]\nflatten =\ndense = units=7\n");
    desk_press(':');
    desk_type("open lenet");
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_F4);
    assert_true(desk_shows("0001-digits-cpu1"));
    assert_true(desk_shows("0007-later"));
    desk_press(KEYCODE_END);
    assert_true(desk_shows("finished after 1 of 1 epoch"));
    desk_press('p');
    assert_true(desk_shows("the panels have the recipe of 0001-digits-cpu1 (u: the one before)"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.recipe.name, name);
    assert_int_equal(desk_app->draft.recipe.n_layers, 3);
    assert_int_equal(desk_app->draft.recipe.training.batch, 1000);
}

/* As at the start of a session, and when what is looked for is known. */
static bool is_offered(void)
{
    struct error e;

    runs_offer(desk_app);
    assert_true(errand_wait(desk_app->offer, 60, &e));
    return runs_follow(desk_app);
}

/* As when the job was killed: a run without an end, with a checkpoint. */
static void test_a_run_that_was_cut_off_goes_on(void **state)
{
    struct summary summary;
    struct error e;
    char path[PATH_SIZE];
    (void)state;

    assert_false(is_offered());
    desk_press(KEYCODE_F5);
    desk_end_run();
    assert_true(path_join(path, run_folder(desk_app->live.run), "summary.json", &e));
    live_close(&desk_app->live);
    assert_false(is_offered());
    assert_int_equal(unlink(path), 0);
    assert_true(is_offered());
    assert_string_equal(desk_app->display.message, "0001-digits-cpu1 was cut off: F4 g goes on with it");

    desk_press(KEYCODE_F4);
    assert_true(desk_shows("cut off after 1 of 1 epoch; it can go on"));
    desk_press('g');
    assert_null(desk_app->display.dialog);
    desk_end_run();
    assert_string_equal(path_name(run_folder(desk_app->live.run)), "0001-digits-cpu1");
    assert_true(desk_shows("done: test accuracy"));
    assert_true(summary_read(&summary, path, &e));
    assert_string_equal(summary.state, "finished");

    desk_press(KEYCODE_F4);
    desk_press('g');
    assert_true(desk_shows("is finished: take its recipe"));
}

static void test_the_tour_waits_for_each_step_and_ends(void **state)
{
    (void)state;
    tour_begin(desk_app);
    assert_true(desk_shows("Tour, step 1 of 5"));
    golden_check_canvas("tour-80x24", desk_draw());
    desk_press(KEYCODE_UP);
    assert_true(desk_shows("step 1 of 5"));
    desk_press(KEYCODE_TAB);
    assert_true(desk_shows("step 2 of 5"));
    desk_press(KEYCODE_ENTER);
    desk_type("8");
    assert_true(desk_shows("step 2 of 5"));
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("step 3 of 5"));
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("step 4 of 5"));
    desk_end_run();
    assert_true(desk_shows("step 5 of 5"));
    desk_press('e');
    assert_true(desk_shows("That was the tour."));
    desk_press(KEYCODE_ESCAPE);
    assert_int_equal(desk_app->display.tour.step, 0);
}

static void test_the_tour_is_left_at_any_time_and_leaves_no_trace(void **state)
{
    struct recipe kept;
    struct error e;
    char file[PATH_SIZE];
    (void)state;

    tour_begin(desk_app);
    desk_press('+');
    desk_press(KEYCODE_ESCAPE);
    assert_int_equal(desk_app->display.tour.step, 0);
    assert_true(draft_keep(&desk_app->draft, &e));
    assert_false(kept_recipe_read(KEPT_LAST, &kept, file));
}

/* At every size its words are all there. */
static void test_the_tour_fits_a_small_screen(void **state)
{
    (void)state;
    app_resize(desk_app, 12, 40, true);
    tour_begin(desk_app);
    golden_check_canvas("tour-40x12", desk_draw());
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_page_as_it_looks),
        SCREEN_TEST(test_one_key_trains_the_digits),
        SCREEN_TEST(test_each_choice_is_a_key_or_a_line),
        SCREEN_TEST(test_any_other_key_is_one_of_the_workbench),
        SCREEN_TEST(test_the_recipe_of_an_earlier_run_is_taken_up),
        SCREEN_TEST(test_a_run_that_was_cut_off_goes_on),
        SCREEN_TEST(test_the_tour_waits_for_each_step_and_ends),
        SCREEN_TEST(test_the_tour_is_left_at_any_time_and_leaves_no_trace),
        SCREEN_TEST(test_the_tour_fits_a_small_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
