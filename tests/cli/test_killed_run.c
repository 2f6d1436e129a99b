/* What a run that was killed is still good for. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

/* Killed once what is waited for is in its folder. */
static void kill_a_run(const char *folder, const char *settings, const char *awaited)
{
    char recipe[256];

    snprintf(recipe, sizeof recipe, "[training]\n%s\n[layers]\nflatten =\ndense = units=10\n", settings);
    folder_put(folder, "small.ini", recipe);

    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--run", "out", NULL);

    process_expect(p, "run folder out");
    folder_await(folder_path(folder, "out"), awaited);
    process_signal(p, SIGKILL);
    process_finish(p);
    assert_int_equal(p->exit_code, -SIGKILL);
    process_free(p);
    unlink(folder_path(folder, "out/model.h5")); /* where it was about to end */
}

static char *output_of(struct process *p, const char *says)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s", p->exit_code, p->err);
    assert_holds(p->err, says);

    char *out = strdup(p->out);

    process_free(p);
    return out;
}

/* The loss and accuracy of "test loss 1.1805  test accuracy 0.5777  best.h5 on 10000 images …". */
static void assert_same_figures(const char *one, const char *other)
{
    const size_t length = strlen("test loss 1.1805  test accuracy 0.5777");

    assert_memory_equal(one, other, length);
}

static void test_the_best_epoch_is_used(void **state)
{
    static const char says[] = "are used, its best when they were written\n";
    const char *folder = *state;

    kill_a_run(folder, "epochs = 100000\ncheckpoint = 0.01", "best.h5");

    char *of_file = output_of(process_cuvette(folder, "evaluate", "out", NULL), says);

    assert_holds(of_file, "best.h5 on ");
    free(output_of(process_cuvette(folder, "predict", "out", "0", NULL), says));
    free(output_of(process_cuvette(folder, "inspect", "out", NULL), says));
    free(output_of(process_cuvette(folder, "model", "info", "out", NULL), says));
    free(of_file);

    assert_int_equal(unlink(folder_path(folder, "out/best.h5")), 0);
    char *of_checkpoint = output_of(process_cuvette(folder, "evaluate", "out", NULL), says);
    char *best = output_of(process_cuvette(folder, "evaluate", "out", "--best", NULL), says);

    assert_holds(of_checkpoint, "checkpoint.safetensors on ");
    assert_same_figures(of_checkpoint, best);
    free(of_checkpoint);
    free(best);
}

static void test_the_last_step_is_used_where_no_epoch_has_ended(void **state)
{
    const char *folder = *state;

    kill_a_run(folder, "batch = 1\ndevice = cpu:1\nepochs = 2\ncheckpoint = 0.001", "checkpoint.safetensors");
    if (access(folder_path(folder, "out/best.h5"), F_OK) == 0)
        skip(); /* the machine is too quick to kill it in its first epoch */
    free(output_of(process_cuvette(folder, "evaluate", "out", NULL), "nor its first epoch: the weights after "));
    assert_refused(process_cuvette(folder, "evaluate", "out", "--best", NULL), 3, "'cuvette resume out' goes on");
}

static void test_a_run_that_left_nothing_is_told_of(void **state)
{
    const char *folder = *state;

    kill_a_run(folder, "batch = 1\nepochs = 100000\ncheckpoint = 0", "recipe.ini");
    unlink(folder_path(folder, "out/best.h5"));
    assert_refused(process_cuvette(folder, "evaluate", "out", NULL), 3, "cut off before its first checkpoint");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_the_best_epoch_is_used),
        IN_A_FOLDER(test_the_last_step_is_used_where_no_epoch_has_ended),
        IN_A_FOLDER(test_a_run_that_left_nothing_is_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
