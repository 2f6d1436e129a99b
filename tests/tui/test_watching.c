/* The screen of a run that another process trains: `cuvette watch` in one terminal, the run in another or in none. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/run_status.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/sitting.h"
#include "tui/draw/figures.h"

/* As many epochs as it takes. */
static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 100000\nbatch = 500\ndevice = cpu:1\n"
                             "[layers]\nmaxpool2d = size=4\nflatten =\ndense = units=10\n";

static int setup(void **state)
{
    if (sitting_setup(state) != 0)
        return -1;
    folder_put(sitting_home, "small.ini", recipe);
    return 0;
}

static struct screen *watch(int rows, int columns)
{
    static char home[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");

    snprintf(home, sizeof home, "CUVETTE_HOME=%s", sitting_home);

    const char *const arguments[] = { program ? program : "build/check/cuvette", "watch", NULL };
    const char *const environment[] = { home, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA", "CUVETTE_RUNS", "SLURM_JOB_ID",
                                        NULL };

    return screen_start(&(struct screen_options){
        .arguments = arguments, .environment = environment, .rows = rows, .columns = columns });
}

static struct process *train(void)
{
    struct process *p = process_cuvette_start(sitting_home, "train", "small.ini", "--run", "runs/0001-small", NULL);

    process_expect(p, "run folder ");
    folder_await(folder_path(sitting_home, "runs/0001-small"), "checkpoint.safetensors");
    return p;
}

static void assert_stopped(struct process *p, const char *by)
{
    process_finish(p);
    assert_refused(p, 5, by);
}

static void test_the_keys_reach_the_run(void **state)
{
    struct process *p = train();
    struct screen *s = watch(24, 80);
    (void)state;

    screen_wait_text(s, "watching 0001-small");
    screen_wait_text(s, "● epoch ");
    screen_send(s, " ");
    screen_wait_text(s, "it pauses");
    screen_wait_text(s, "= paused, epoch ");
    screen_send(s, "-");
    screen_wait_text(s, "times 0.5: 0.0005");
    screen_send(s, "3S"); /* from any panel */
    screen_wait_text(s, "it writes a checkpoint");
    screen_send(s, " ");
    screen_wait_text(s, "it goes on");
    screen_wait_text(s, "lr 0.0005");
    screen_send(s, F5);
    screen_wait_text(s, "It is trained by ");
    screen_send(s, "s");
    assert_stopped(p, "stopped by a command");
    screen_wait_text(s, "■ stopped");
    screen_wait_text(s, "stopped, saved in 0001-small");
    screen_send(s, "q");
    sitting_left(s, 0);
}

static void test_leaving_changes_nothing(void **state)
{
    struct process *p = train();
    struct screen *s = watch(24, 80);
    (void)state;

    screen_wait_text(s, "● epoch ");
    screen_send(s, "q");
    sitting_left(s, 0);
    s = watch(24, 80); /* it still trains, and the panels' recipe was not kept for the workbench's next session */
    screen_wait_text(s, "● epoch ");
    process_signal(p, SIGTERM);
    assert_stopped(p, "stopped by SIGTERM");
    screen_wait_text(s, "■ stopped");
    screen_send(s, "q");
    sitting_left(s, 0);
}

static void test_a_run_that_is_killed_is_told(void **state)
{
    struct process *p = train();
    struct screen *s = watch(24, 80);
    (void)state;

    screen_wait_text(s, "● epoch ");
    process_signal(p, SIGKILL);
    process_finish(p);
    process_free(p);
    screen_wait_text(s, "■ killed");
    screen_wait_text(s, "trains it no more");
    screen_send(s, ESCAPE);
    screen_wait_no_text(s, "trains it no more");
    screen_send(s, "q");
    sitting_left(s, 0);
}

/* From the list of runs: Enter on one that trains. */
static void test_the_list_of_runs_leads_to_it(void **state)
{
    struct process *p = train();
    struct screen *s = sitting_start(24, 80, false);
    (void)state;

    screen_wait_text(s, "ready");
    screen_send(s, "\033OS"); /* F4 */
    screen_wait_text(s, "0001-small");
    screen_send(s, ENTER);
    screen_wait_text(s, "watching 0001-small");
    screen_wait_text(s, "● epoch ");
    screen_send(s, "q");
    sitting_left(s, 0);
    process_signal(p, SIGTERM);
    assert_stopped(p, "stopped by SIGTERM");
}

static void write_scores(char out[80], double loss, double accuracy)
{
    char figure[FIGURE_SIZE];

    figure_loss(figure, loss);
    snprintf(out, 80, "loss %s %5.1f %%", figure, 100 * accuracy);
}

/* While it is paused, its figures stand still. */
static void assert_shows(struct screen *s, const struct trainer_status *t)
{
    char text[80];

    snprintf(text, sizeof text, "= paused, epoch %d/", t->epoch);
    screen_wait_text(s, text);
    write_scores(text, t->recent_loss, t->recent_accuracy);
    screen_wait_text(s, text);
    write_scores(text, t->valid_loss, t->valid_accuracy);
    screen_wait_text(s, text);
}

static void test_two_screens_show_the_same(void **state)
{
    struct screen *first = sitting_start(24, 80, false), *second;
    const char *folder = folder_path(sitting_home, "runs/0001-digits-cpu1");
    struct run_status status;
    struct error e = { 0 };
    bool there;
    (void)state;

    screen_wait_text(first, "ready");
    screen_send(first, F5);
    screen_wait_text(first, "best ");
    second = watch(24, 80);
    screen_wait_text(second, "● epoch ");
    screen_send(second, " ");
    screen_wait_text(first, "= paused, epoch ");
    screen_wait_text(second, "= paused, epoch ");
    assert_good(run_status_read(&status, folder, &there, &e), e);
    assert_int_equal(status.trainer.state, TRAINER_PAUSED);
    assert_shows(first, &status.trainer);
    assert_shows(second, &status.trainer);
    screen_send(second, F5 "s");
    screen_wait_text(first, "■ stopped");
    screen_wait_text(second, "■ stopped");
    screen_send(first, "q");
    screen_send(second, "q");
    sitting_left(second, 0);
    sitting_left(first, 0);
}

/* A warning of the batch system. */
static void test_a_signal_writes_a_checkpoint(void **state)
{
    static const int numbers[] = { SIGUSR1, SIGUSR2 };
    (void)state;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct screen *s = sitting_start(24, 80, false);

        screen_wait_text(s, "ready");
        screen_send(s, F5);
        screen_wait_text(s, "● epoch ");
        assert_int_equal(kill(screen_process(s), numbers[i]), 0);
        screen_wait_text(s, "a checkpoint is written now");
        screen_send(s, "q");
        screen_wait_text(s, "stop and keep");
        screen_send(s, "s");
        sitting_left(s, 0);
    }
}

#define SITTING(test) cmocka_unit_test_setup_teardown(test, setup, sitting_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SITTING(test_the_keys_reach_the_run),
        SITTING(test_leaving_changes_nothing),
        SITTING(test_a_run_that_is_killed_is_told),
        SITTING(test_two_screens_show_the_same),
        SITTING(test_a_signal_writes_a_checkpoint),
        SITTING(test_the_list_of_runs_leads_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
