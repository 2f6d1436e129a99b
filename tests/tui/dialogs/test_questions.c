/* Questions about a run that ends by itself while they are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/desk.h"
#include "tui/actions.h"
#include "tui/keys.h"

static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 1\nbatch = 1000\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static int setup(void **state)
{
    return desk_open_to_train(state, recipe);
}

static void test_stopping_is_not_asked_of_a_run_that_is_over(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("Stop training?"));
    desk_end_run();
    assert_null(desk_app->display.dialog);
    assert_true(desk_shows("done: test accuracy"));
}

static void test_quitting_is_not_asked_because_of_a_run_that_is_over(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    desk_press('q');
    assert_true(desk_shows("Quit?"));
    desk_end_run();
    assert_null(desk_app->display.dialog);
    assert_false(desk_app->display.leave);
    desk_press('q');
    assert_true(desk_app->display.leave);
}

/* What else is open has nothing to do with the run. */
static void test_other_dialogs_stay_open_when_a_run_ends(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    desk_press('?');
    desk_end_run();
    assert_non_null(desk_app->display.dialog);
    assert_true(desk_shows("Everywhere"));
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_stopping_is_not_asked_of_a_run_that_is_over),
        SCREEN_TEST(test_quitting_is_not_asked_because_of_a_run_that_is_over),
        SCREEN_TEST(test_other_dialogs_stay_open_when_a_run_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
