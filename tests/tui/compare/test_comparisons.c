/* A comparison that is trained from the screen: the form that asks for it, and the process that trains it. */
#include "tests/support/check.h"

#include <sys/stat.h>

#include "base/text.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/keys.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 50\n[layers]\nflatten =\n"
                             "dense = units=10\n";

static int open_desk(void **state)
{
    if (desk_open_to_train(state, recipe) != 0)
        return -1;
    desk_app->contest.program = getenv("CUVETTE_BINARY");
    return desk_app->contest.program ? 0 : -1;
}

/* Whatever a test has begun ends with it. */
static int close_desk(void **state)
{
    if (contest_going(&desk_app->contest)) {
        contest_stop(&desk_app->contest);
        desk_await("the comparison is stopped");
    }
    return desk_close(state);
}

/* Ends by itself some time, too, should a test that failed leave it behind. */
static const char long_program[] = "#!/bin/sh\nexec sleep 600\n";

/* Ends as a script says, in place of the program. */
static void put_program(const char *folder, const char *script)
{
    static char path[PATH_SIZE];

    text_copy(path, sizeof path, folder_put(folder, "bin/compare", script));
    assert_int_equal(chmod(path, 0755), 0);
    desk_app->contest.program = path;
}

static void begin(const char *epochs)
{
    desk_press('C');
    for (int i = 0; i < 4; i++)
        desk_press(KEYCODE_DOWN);
    desk_type(epochs);
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
}

static void test_the_form_asks_for_devices_and_values(void **state)
{
    (void)state;
    desk_press('C');
    golden_check_canvas("compare-form-80x24", desk_draw());
    desk_press(' ');
    assert_true(desk_shows("two"));
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_DOWN);
    desk_type("batch=32,64 learning_rate=0.1,0.01");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("4 runs of 1 epoch"));
    desk_type(" bach=3,4");
    assert_true(desk_shows("bach"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

static void test_what_is_no_comparison_is_said_so(void **state)
{
    (void)state;
    desk_press('C');
    desk_press(' ');
    desk_press(KEYCODE_ENTER);
    assert_false(contest_going(&desk_app->contest));
    assert_int_equal(desk_app->display.message_role, ROLE_BAD);
}

/* Each entry is an ordinary run, and the comparison can be found again. */
static void test_a_comparison_is_trained_to_its_end(void **state)
{
    (void)state;
    begin("2");
    assert_true(desk_shows("Comparison of 2 runs"));
    desk_press('q');
    desk_press('C');
    desk_await("is complete");
    desk_await("cpu       finished");
    assert_true(path_is_file(folder_path(desk_app->contest.folder, "01-cpu-1/summary.json")));
    assert_true(path_is_file(folder_path(desk_app->contest.folder, "02-cpu/summary.json")));
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("all of its runs are finished"));
    desk_press('q');
    desk_press(KEYCODE_F4);
    desk_press('C');
    assert_true(desk_shows("0001-"));
    desk_press(KEYCODE_ENTER);
    desk_await("finished");
}

static void test_one_that_is_stopped_goes_on(void **state)
{
    (void)state;
    begin("9999");
    desk_await("/9999");
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("Stop the comparison?"));
    desk_press('s');
    desk_await("the comparison is stopped");
    assert_false(contest_going(&desk_app->contest));
    desk_press(KEYCODE_F5); /* the view may not know yet that its runs are over */
    assert_true(contest_going(&desk_app->contest));
    desk_await("going");
    desk_press(KEYCODE_F5);
    desk_press('s');
    desk_await("the comparison is stopped");
    desk_await("stopped, ");
}

/* Times are worth something only where nothing else trains. */
static void test_a_run_and_a_comparison_do_not_train_together(void **state)
{
    put_program(*state, long_program);
    desk_press(KEYCODE_F5);
    desk_press(' ');
    desk_await("paused");
    desk_press('C');
    assert_true(desk_shows("a run trains"));
    live_command(&desk_app->live, CONTROL_RESUME, 0);
    desk_end_run();
    begin("1");
    desk_press('q');
    assert_true(desk_shows("comparing"));
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("Stop the comparison?"));
    desk_press('s');
    desk_await("the comparison is stopped");
}

static void no_job(struct app *a)
{
    desk_plain_machine(a);
    a->machine.job = (struct job){ .inside = false };
}

static void test_leaving_asks_and_the_comparison_goes_on(void **state)
{
    desk_machine = no_job;
    put_program(*state, long_program);
    begin("1");
    desk_press('q');
    desk_press('q');
    assert_true(desk_shows("needs no screen"));
    desk_press('q');
    assert_true(desk_app->display.leave);
    assert_true(contest_going(&desk_app->contest));
    contest_stop(&desk_app->contest);
    desk_await("the comparison is stopped");
}

static void test_leaving_a_job_ends_the_comparison(void **state)
{
    put_program(*state, long_program);
    begin("1");
    desk_press('q');
    desk_press('q');
    assert_true(desk_shows("4711 ends"));
    desk_press('q');
    assert_false(desk_app->display.leave);
    desk_press('s');
    assert_true(desk_app->display.leave);
    desk_await("the comparison is stopped");
}

static void test_why_it_ended_is_told(void **state)
{
    put_program(*state, "#!/bin/sh\necho cpu:1 is busy >&2\necho 'cuvette: the driver is gone' >&2\nexit 3\n");
    begin("1");
    desk_await("the driver is gone");
    put_program(*state, "#!/bin/sh\nkill -KILL $$\n");
    desk_press(KEYCODE_F5);
    desk_await("SIGKILL");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_the_form_asks_for_devices_and_values),
        TEST(test_what_is_no_comparison_is_said_so),
        TEST(test_a_comparison_is_trained_to_its_end),
        TEST(test_one_that_is_stopped_goes_on),
        TEST(test_a_run_and_a_comparison_do_not_train_together),
        TEST(test_leaving_asks_and_the_comparison_goes_on),
        TEST(test_leaving_a_job_ends_the_comparison),
        TEST(test_why_it_ended_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
