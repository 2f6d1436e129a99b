/* Leaving the workbench while a run trains: it is stopped and kept, or goes on without the screen, in a process of its
 * own, to the same end. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "run/run_status.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/same_run.h"
#include "tests/support/sitting.h"

/* With state in everything that a checkpoint has. */
static const char recipe[] = "[data]\ndataset = digits\nshift = 1\n"
                             "[training]\nepochs = %d\n%sbatch = 100\ndevice = cpu:1\n"
                             "[optimiser]\nkind = adam\n"
                             "[layers]\nconv2d = filters=4 kernel=3 stride=4 activation=relu\nbatch_norm =\nflatten =\n"
                             "dropout = rate=0.1\ndense = units=10\n";

static void put_recipe(int epochs, const char *line)
{
    char text[sizeof recipe + 512];

    assert_in_range(snprintf(text, sizeof text, recipe, epochs, line), 1, sizeof text - 1);
    folder_put(sitting_home, "small.ini", text);
}

static struct run_status status_of_run(void)
{
    struct run_status status;
    struct error e = { 0 };
    bool there;

    assert_good(run_status_read(&status, folder_path(sitting_home, "runs/0001-digits-cpu1"), &there, &e), e);
    return status;
}

static struct screen *train(int rows, int columns)
{
    struct screen *s = sitting_start(rows, columns, false);

    screen_wait_text(s, "ready");
    screen_send(s, F5);
    screen_wait_text(s, "● epoch ");
    return s;
}

static void assert_leaves_with_the_run(struct screen *s)
{
    screen_wait_exit(s);
    assert_true(screen_shows(s, "the run goes on without the screen"));
    assert_true(screen_shows(s, "'cuvette watch 0001-digits-cpu1'"));
    sitting_left(s, 0);
}

static void train_whole(const char *run)
{
    struct process *p = process_cuvette(sitting_home, "train", "small.ini", "--run", run, NULL);

    assert_succeeded(p);
    process_free(p);
}

/* The recipe's 100 epochs, the most of them without the screen. */
static void assert_goes_on_as_if_nothing_had_happened(void)
{
    struct summary summary;
    struct error e = { 0 };
    struct screen *s = train(24, 80);
    int workbench = screen_process(s);

    screen_send(s, " ");
    screen_wait_text(s, "= paused, epoch "); /* so that it does not end meanwhile */
    screen_send(s, "q");
    screen_wait_text(s, "go on without the screen");
    screen_send(s, "d");
    assert_leaves_with_the_run(s);
    folder_await_text(folder_path(sitting_home, "runs/0001-digits-cpu1"), "summary.json", "\"finished\"");
    assert_int_not_equal(kill(workbench, 0), 0);

    folder_await_text(folder_path(sitting_home, "runs/0001-digits-cpu1"), "output.log", "goes on after epoch ");
    folder_await_text(folder_path(sitting_home, "runs/0001-digits-cpu1"), "output.log", "\n100/100 ");
    assert_good(summary_read(&summary, sitting_file("summary.json"), &e), e);
    assert_int_equal(summary.epochs, 100);

    train_whole("whole");
    char *whole = strdup(folder_path(sitting_home, "whole"));

    assert_same_run(whole, folder_path(sitting_home, "runs/0001-digits-cpu1"));
    free(whole);
}

static void test_a_run_goes_on_without_the_screen_as_if_nothing_had_happened(void **state)
{
    (void)state;
    put_recipe(100, "");
    assert_goes_on_as_if_nothing_had_happened();
}

/* What was learned before goes on at its lower rate, and the new last layer at the full one; the first stays frozen. */
static void test_a_run_that_began_with_weights_goes_on_without_the_screen(void **state)
{
    char line[400];
    (void)state;

    put_recipe(2, "seed = 7\n");
    train_whole("before");
    snprintf(line, sizeof line, "weights = %.300s\nhead = new\nlower_rate = 0.1\nfreeze = 1\n",
             folder_path(sitting_home, "before"));
    put_recipe(100, line);
    assert_goes_on_as_if_nothing_had_happened();
}

/* It is in a session of its own, and no file of the terminal's is its. */
static void test_the_other_process_is_let_go_of(void **state)
{
    (void)state;

    put_recipe(90000, "");
    struct screen *s = train(12, 40);

    screen_send(s, "q");
    screen_wait_text(s, "Esc  stay"); /* all answers have room */
    screen_send(s, "d");
    assert_leaves_with_the_run(s);

    int pid = status_of_run().process;
    char path[64], target[PATH_SIZE];

    assert_int_equal(getsid(pid), pid);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, i);
        ssize_t length = readlink(path, target, sizeof target - 1);

        assert_true(length > 0);
        target[length] = '\0';
        assert_non_null(strstr(target, i == 0 ? "/dev/null" : "/output.log"));
    }
    assert_int_equal(kill(pid, SIGKILL), 0);
}

static bool has_saved(const void *folder)
{
    struct run_status status;
    struct error e;
    bool there;

    return run_status_read(&status, folder, &there, &e) && !status.handed_over && status.checkpoint >= 0;
}

/* Whoever watches sees no end in between. */
static void test_who_watches_sees_it_go_on(void **state)
{
    (void)state;

    put_recipe(90000, "checkpoint = 0.1\n");
    struct screen *s = train(24, 80);
    const char *run = folder_path(sitting_home, "runs/0001-digits-cpu1");
    struct process *watch = process_cuvette_start(sitting_home, "watch", run, "--json", "--follow", NULL);

    process_expect(watch, "\"trains\"");
    screen_send(s, "q");
    screen_wait_text(s, "go on without the screen");
    screen_send(s, "d");
    assert_leaves_with_the_run(s);

    run = folder_path(sitting_home, "runs/0001-digits-cpu1");
    assert_true(folder_watch(run, has_saved, run, 120)); /* it makes steps there */
    assert_int_equal(kill(status_of_run().process, SIGTERM), 0);
    process_finish(watch);
    assert_int_equal(watch->exit_code, 5); /* it was stopped, and neither killed nor silent */
    assert_null(strstr(watch->out, "\"cut off\""));
    process_free(watch);
}

/* What the other process says against it is shown, and the run trains on where it was. */
static void test_a_run_that_cannot_go_on_elsewhere_trains_on_here(void **state)
{
    (void)state;

    put_recipe(90000, "checkpoint = 0.1\n");
    struct screen *s = train(24, 80);

    folder_put(folder_path(sitting_home, "runs/0001-digits-cpu1"), "output.log/made", "");
    screen_send(s, "q");
    screen_wait_text(s, "go on without the screen");
    screen_send(s, "d");
    screen_wait_text(s, "The run trains on here: ");
    screen_wait_text(s, "output.log");
    assert_int_equal(status_of_run().process, screen_process(s));
    screen_send(s, ESCAPE);
    const char *run = folder_path(sitting_home, "runs/0001-digits-cpu1");

    assert_true(folder_watch(run, has_saved, run, 120)); /* it makes steps here: a run stopped before has no summary */
    screen_send(s, "q");
    screen_wait_text(s, "stop and keep");
    screen_send(s, "s");
    sitting_left(s, 0);
    folder_await_text(folder_path(sitting_home, "runs/0001-digits-cpu1"), "summary.json", "\"stopped\"");
}

static void test_staying_changes_nothing(void **state)
{
    (void)state;

    put_recipe(90000, "");
    struct screen *s = train(24, 80);

    screen_send(s, "q");
    screen_wait_text(s, "Esc  stay");
    screen_send(s, ESCAPE);
    screen_wait_no_text(s, "Quit?");
    screen_wait_text(s, "● epoch ");
    screen_send(s, "qs");
    sitting_left(s, 0);
    assert_false(path_is_file(sitting_file("output.log")));
}

/* A run without checkpoints has nothing that another process could go on from. */
static void test_a_run_without_checkpoints_is_not_let_go(void **state)
{
    (void)state;

    put_recipe(90000, "checkpoint = 0\n");
    struct screen *s = train(24, 80);

    screen_send(s, "q");
    screen_wait_text(s, "as it writes no");
    assert_false(screen_shows(s, "go on without the screen   "));
    screen_send(s, "d");
    screen_send(s, "s");
    sitting_left(s, 0);
}

#define SITTING(test) cmocka_unit_test_setup_teardown(test, sitting_setup, sitting_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SITTING(test_a_run_goes_on_without_the_screen_as_if_nothing_had_happened),
        SITTING(test_a_run_that_began_with_weights_goes_on_without_the_screen),
        SITTING(test_the_other_process_is_let_go_of),
        SITTING(test_who_watches_sees_it_go_on),
        SITTING(test_a_run_that_cannot_go_on_elsewhere_trains_on_here),
        SITTING(test_staying_changes_nothing),
        SITTING(test_a_run_without_checkpoints_is_not_let_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
