/* The view of the job, and what the screen says of it by itself. */
#include "tests/support/check.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/actions.h"
#include "tui/advice.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"

/* A job that is odd in many ways. */
static void odd_machine(struct app *a)
{
    desk_plain_machine(a);
    a->machine.job = (struct job){ .inside = true, .interactive = true, .id = "4711", .name = "bash",
                                   .partition = "gpu", .account = "bio", .node = "node017", .cores = 8,
                                   .gpus = "3", .gpu_count = 1, .gpus_bound = 1 };
    a->node.host.memory.used = reading_of(15.1 * (1 << 30));
    a->node.host.memory.kills = reading_of(1);
    a->node.host.throttled = reading_of(0.34);
    a->node.latest.number = a->node.latest.count = a->node.latest.all = 1;
    a->node.latest.at = 5000;
    a->node.latest.gpus[0] = (struct gpu_reading){ .index = 3, .mine = true, .name = "NVIDIA H200",
                                                   .uuid = "GPU-8e1d3c22", .load = reading_of(0) };
    a->node.idle.number = 1;
    a->node.idle.since[0] = 5000 - 13 * 60;
    a->machine.n_devices = 2;
    a->machine.missing[0] = '\0';
    a->machine.devices[1].info = (struct device_info){ .id = "cuda:0", .name = "NVIDIA H200" };
}

static void be_odd(void)
{
    desk_machine = odd_machine;
    odd_machine(desk_app);
    advice_tick(desk_app);
    desk_app->display.message[0] = '\0';
}

static void test_all_there_is_to_know_of_the_job(void **state)
{
    static const struct {
        const char *name;
        int rows, columns;
    } sizes[] = { { "job-80x24", 24, 80 }, { "job-200x60", 60, 200 }, { "job-40x12", 12, 40 } };
    (void)state;

    be_odd();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(desk_app, sizes[i].rows, sizes[i].columns, true);
        desk_press('y');
        golden_check_canvas(sizes[i].name, desk_draw());
        desk_press(KEYCODE_ESCAPE);
        assert_null(desk_app->display.dialog);
    }
}

static void test_a_small_screen_scrolls(void **state)
{
    (void)state;
    be_odd();
    app_resize(desk_app, 12, 40, true);
    desk_press('y');
    assert_true(desk_shows("4711 bash"));
    desk_press(KEYCODE_END);
    assert_true(desk_shows("quota"));
    desk_press('y');
    assert_null(desk_app->display.dialog);
}

static void test_outside_a_job_there_is_little_to_say(void **state)
{
    (void)state;
    desk_app->machine.job = (struct job){ .node = "desk", .gpus_bound = -1 };
    dialog_close_all(desk_app);
    desk_machine = NULL;
    advice_tick(desk_app);
    actions_key(desk_app, 'y');
    assert_true(desk_shows("n/a: this is no Slurm job; node desk"));
    assert_true(desk_shows("time    n/a"));
    assert_true(desk_shows("nothing is odd"));
    desk_machine = desk_plain_machine;
}

static void test_each_finding_is_told_once(void **state)
{
    struct display *d = &desk_app->display;
    (void)state;

    desk_machine = odd_machine;
    odd_machine(desk_app);
    advice_tick(desk_app);
    assert_true(d->bell);
    assert_true(desk_shows("a GPU of the job idles for 13 min: sites cancel"));
    advice_tick(desk_app); /* it stands until a key is pressed */
    assert_true(desk_shows("a GPU of the job idles for 13 min"));
    d->message[0] = '\0';
    advice_tick(desk_app);
    assert_true(desk_shows("the job holds 1 GPU and the CPU trains"));
    for (int i = 0; i < JOB_CHECK_COUNT; i++) {
        d->message[0] = '\0';
        advice_tick(desk_app);
    }
    assert_string_equal(d->message, "");
    desk_app->node.idle.since[0] = 5000 - 27 * 60; /* twice as long */
    advice_tick(desk_app);
    assert_true(desk_shows("a GPU of the job idles for 27 min"));
}

static void test_a_login_node_trains_only_when_told_to(void **state)
{
    (void)state;
    desk_app->machine.job = (struct job){ .node = "login1", .gpus_bound = -1 };
    desk_app->machine.login_node = true;
    desk_machine = NULL;
    setenv("PATH", folder_path(*state, "bin"), 1);
    assert_int_equal(chmod(folder_put(*state, "bin/srun", "#!/bin/sh\n"), 0700), 0);
    actions_key(desk_app, KEYCODE_F5);
    assert_null(desk_app->live.run);
    assert_true(desk_shows("login1 is a login node"));
    desk_machine = desk_plain_machine;
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_all_there_is_to_know_of_the_job),
        DESK_TEST(test_a_small_screen_scrolls),
        DESK_TEST(test_outside_a_job_there_is_little_to_say),
        DESK_TEST(test_each_finding_is_told_once),
        DESK_TEST(test_a_login_node_trains_only_when_told_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
