/* A job from the panels: the form, its script, and handing it in to a script in the place of sbatch. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/errand.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/played.h"
#include "tui/actions.h"
#include "tui/term/keycodes.h"

#define ENTER KEYCODE_ENTER

static int setup(void **state)
{
    if (desk_open_to_train(state, "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 1000\ndevice = cpu:1\n"
                                  "[layers]\nflatten =\ndense = units=10\n") != 0)
        return -1;
    return played_begin(*state);
}

static int teardown(void **state)
{
    played_end();
    return desk_close(state);
}

static void play(const char *folder, const char *script)
{
    played_program(folder, "sbatch", script);
    played_program(folder, "squeue", "#!/bin/sh\necho PENDING Priority\n");
}

/* The loop of the workbench does so when the errand rings. */
static void await_answer(void)
{
    struct error e;

    assert_non_null(desk_app->submission.errand);
    errand_wait(desk_app->submission.errand, 120, &e);
    actions_follow(desk_app);
}

/* Down to a field of the form, which is typed. */
static void set_field(int position, const char *text)
{
    for (int i = 0; i < position; i++)
        desk_press(KEYCODE_DOWN);
    desk_type(text);
    desk_press(ENTER);
}

enum { TIME = 1, PARTITION = 8 };

static void test_a_job_is_shown_and_handed_in(void **state)
{
    const char *folder = *state;

    play(folder, "#!/bin/sh\ncat >\"$(dirname \"$0\")/got\"\necho 4711\n");
    desk_press('w');
    assert_true(desk_shows("Slurm job"));
    assert_true(desk_shows("cpus               1")); /* the recipe's threads */
    set_field(PARTITION, "gpu");
    desk_press(ENTER);
    assert_true(desk_shows("#SBATCH --partition=gpu"));
    desk_press('s');
    await_answer();
    assert_true(desk_shows("job 4711 is queued, and shown once it trains"));

    /* The script is one that trains what the panels have. */
    char *script = folder_text(folder, "bin/got"), *recipe_path = strstr(script, "train \\\n    ");

    assert_non_null(recipe_path);
    recipe_path += strlen("train \\\n    ");
    recipe_path[strcspn(recipe_path, " ")] = '\0';
    assert_true(path_is_file(recipe_path));
    free(script);
}

static void hand_in(void)
{
    desk_press('w');
    desk_press(ENTER);
    desk_press('s');
    await_answer();
}

static void test_a_job_that_waits_is_in_the_status_line(void **state)
{
    const char *folder = *state;

    play(folder, "#!/bin/sh\ncat >/dev/null\necho 4711\n");
    hand_in();
    desk_await("job 4711 waits: Priority");
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("'cuvette watch desk-4711' shows it"));
    assert_true(desk_hides("job 4711 waits"));
    assert_null(desk_app->submission.wait);
}

/* The run that the job begins, as it would on another node. */
static void begin_run(void)
{
    const char *run = desk_app->submission.run;

    folder_put(run, "recipe.ini", "[data]\ndataset = digits\n[training]\nepochs = 7\nbatch = 100\ndevice = cpu:1\n"
                                  "[layers]\nflatten =\ndense = units=10\n");
    folder_put(run, "metrics.jsonl", "");
    folder_put(run, "summary.json", "{}");
}

static void test_the_run_of_a_job_is_shown_when_it_begins(void **state)
{
    const char *folder = *state;

    play(folder, "#!/bin/sh\ncat >/dev/null\necho 4711\n");
    hand_in();
    begin_run();
    desk_await("watching desk-4711");
    assert_null(desk_app->submission.wait);
    assert_int_equal(desk_app->draft.recipe.training.epochs, 7);
}

/* Who answers a dialog is not taken from it. */
static void test_a_dialog_is_not_closed_by_a_job_that_begins(void **state)
{
    const char *folder = *state;
    struct batch_wait_view view = { .state = BATCH_WAIT_QUEUED };

    play(folder, "#!/bin/sh\ncat >/dev/null\necho 4711\n");
    hand_in();
    desk_press('?');
    begin_run();
    while (view.state != BATCH_WAIT_BEGAN) {
        desk_await("Everywhere");
        batch_wait_look(desk_app->submission.wait, &view);
    }
    actions_follow(desk_app);
    assert_true(desk_shows("Everywhere"));
    desk_press(KEYCODE_ESCAPE);
    desk_await("watching desk-4711");
}

static void test_a_job_that_leaves_no_run_is_told(void **state)
{
    const char *folder = *state;

    play(folder, "#!/bin/sh\ncat >/dev/null\necho 4711\n");
    played_program(folder, "squeue", "#!/bin/sh\necho 'slurm_load_jobs error: Invalid job id specified' >&2\nexit 1\n");
    hand_in();
    desk_await("job 4711 is over, and has left no run: see desk-4711.log");
    assert_null(desk_app->submission.wait);
}

static void test_the_form_remembers_what_was_changed(void **state)
{
    (void)state;
    desk_press('w');
    set_field(TIME, "7:00");
    desk_press(ENTER);
    desk_press(KEYCODE_ESCAPE);
    memset(&desk_app->submission.wish, 0, sizeof desk_app->submission.wish);
    desk_app->submission.read = false; /* another session */
    desk_press('w');
    assert_true(desk_shows("time               7:00"));
    assert_string_equal(desk_app->submission.wish.name, ""); /* the recipe's: it was filled in */
}

static void test_what_sbatch_says_is_told(void **state)
{
    const char *folder = *state;

    play(folder, "#!/bin/sh\necho 'sbatch: error: Batch job submission failed: Invalid account' >&2\nexit 1\n");
    desk_press('w');
    desk_press(ENTER);
    desk_press('s');
    await_answer();
    assert_true(desk_shows("Invalid account"));
    assert_false(path_is_file(desk_app->submission.file)); /* nobody trains that recipe */
}

static void test_a_wrong_value_comes_back(void **state)
{
    (void)state;
    desk_press('w');
    set_field(TIME, "soon");
    assert_true(desk_shows("time is 'soon'"));
    desk_press(ENTER);
    assert_true(desk_shows("Slurm job")); /* the form again, with what was typed */
    assert_true(desk_shows("soon"));
}

static void test_a_script_is_written_to_a_file(void **state)
{
    const char *folder = *state;
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/job.sh", folder);
    desk_press('w');
    desk_press(ENTER);
    desk_press('w');
    desk_press(KEYCODE_CTRL_U);
    desk_type(path);
    desk_press(ENTER);
    assert_true(path_is_file(desk_app->submission.file));
    char *script = folder_text(folder, "job.sh");

    assert_string_equal(script, desk_app->submission.script);
    free(script);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_a_job_is_shown_and_handed_in),
        AT_DESK(test_a_job_that_waits_is_in_the_status_line),
        AT_DESK(test_the_run_of_a_job_is_shown_when_it_begins),
        AT_DESK(test_a_dialog_is_not_closed_by_a_job_that_begins),
        AT_DESK(test_a_job_that_leaves_no_run_is_told),
        AT_DESK(test_the_form_remembers_what_was_changed),
        AT_DESK(test_what_sbatch_says_is_told),
        AT_DESK(test_a_wrong_value_comes_back),
        AT_DESK(test_a_script_is_written_to_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
