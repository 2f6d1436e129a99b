/* A job from the panels: the form, its script, and handing it in to a script in the place of sbatch. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/errand.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tui/actions.h"
#include "tui/term/keycodes.h"

#define ENTER KEYCODE_ENTER

static char *path_before;

static int setup(void **state)
{
    const char *path = getenv("PATH");
    char with[2 * PATH_SIZE];

    if (desk_open_to_train(state, "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 1000\ndevice = cpu:1\n"
                                  "[layers]\nflatten =\ndense = units=10\n") != 0 || !path)
        return -1;
    path_before = strdup(path);
    snprintf(with, sizeof with, "%s/bin:%s", (const char *)*state, path);
    setenv("PATH", with, 1);
    return path_before ? 0 : -1;
}

static int teardown(void **state)
{
    setenv("PATH", path_before, 1);
    free(path_before);
    return desk_close(state);
}

static void play(const char *folder, const char *script)
{
    assert_int_equal(chmod(folder_put(folder, "bin/sbatch", script), 0755), 0);
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

enum { TIME = 1, PARTITION = 5 };

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
    assert_true(desk_shows("job 4711 is queued; once it trains: cuvette watch desk-4711"));

    /* The script is one that trains what the panels have. */
    char *script = folder_text(folder, "bin/got"), *recipe_path = strstr(script, "train \\\n    ");

    assert_non_null(recipe_path);
    recipe_path += strlen("train \\\n    ");
    recipe_path[strcspn(recipe_path, " ")] = '\0';
    assert_true(path_is_file(recipe_path));
    free(script);
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
        AT_DESK(test_the_form_remembers_what_was_changed),
        AT_DESK(test_what_sbatch_says_is_told),
        AT_DESK(test_a_wrong_value_comes_back),
        AT_DESK(test_a_script_is_written_to_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
