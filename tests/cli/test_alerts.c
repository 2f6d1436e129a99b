/* Alerts of a run, and the commands that a user wants to be run. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

/* It learns nothing. */
static const char stuck[] = "[data]\ndataset = digits\n"
                            "[training]\nepochs = 5\nbatch = 64\ndevice = cpu:1\ncheckpoint = 0\n"
                            "[optimiser]\nkind = sgd\nlearning_rate = 1e-10\n"
                            "[layers]\nflatten =\ndense = units=10\n";

static void assert_file_holds(const char *folder, const char *name, const char *part)
{
    char *text = folder_text(folder, name);

    assert_holds(text, part);
    free(text);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void test_an_alert_is_told_once_in_all_places(void **state)
{
    const char *folder = *state;

    folder_put(folder, "stuck.ini", stuck);
    struct process *p = process_cuvette(folder, "train", "stuck.ini", "--run", "out", "--on-alert",
                                        "echo \"$CUVETTE_EVENT of $CUVETTE_NAME in $CUVETTE_RUN: $CUVETTE_TEXT\"",
                                        "--on-end", "echo \"$CUVETTE_EVENT: $CUVETTE_STATE, $CUVETTE_EPOCHS epochs\"",
                                        NULL);

    assert_int_equal(p->exit_code, 0);
    assert_string_equal(p->err, "");
    assert_int_equal(count_of(p->out, "note: nothing is learned: the loss was "), 1);
    process_free(p);
    assert_file_holds(folder, "out/metrics.jsonl", "{\"kind\":\"alert\",\"alert\":\"stuck\",");

    char *log = folder_text(folder, "out/commands.log");

    assert_int_equal(count_of(log, "stuck of stuck in out: nothing is learned"), 1);
    assert_holds(log, "\nend: finished, 5 epochs\n");
    free(log);
}

static void test_a_command_that_fails_is_told(void **state)
{
    const char *folder = *state;

    folder_put(folder, "stuck.ini", stuck);
    struct process *p = process_cuvette(folder, "train", "stuck.ini", "--run", "out", "--epochs", "1", "--on-end",
                                        "no-such-program", NULL);

    assert_int_equal(p->exit_code, 0);
    assert_holds(p->err, "the command of --on-end ended with exit code 127: see ");
    process_free(p);
    assert_file_holds(folder, "out/commands.log", "no-such-program");
}

/* It waits for what the run writes after it. */
static void test_training_does_not_wait_for_a_command(void **state)
{
    const char *folder = *state;

    folder_put(folder, "stuck.ini", stuck);
    struct process *p = process_cuvette(folder, "train", "stuck.ini", "--run", "out", "--on-alert",
                                        "until [ -e out/summary.json ]; do sleep 0.05; done; echo it is over", NULL);

    assert_int_equal(p->exit_code, 0);
    process_free(p);
    assert_file_holds(folder, "out/commands.log", "it is over");
}

static void test_what_learns_is_not_told_of(void **state)
{
    static const char *const presets[] = { "mnist-mlp", "lenet5" };
    const char *folder = *state;

    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        struct process *p = process_cuvette(folder, "train", presets[i], "--dataset", "digits", "--epochs", "4",
                                            "--run", presets[i], NULL);

        assert_int_equal(p->exit_code, 0);
        process_free(p);
        char *metrics = folder_text(folder_path(folder, presets[i]), "metrics.jsonl");

        assert_null(strstr(metrics, "\"alert\""));
        free(metrics);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_an_alert_is_told_once_in_all_places),
        IN_FOLDER(test_a_command_that_fails_is_told),
        IN_FOLDER(test_training_does_not_wait_for_a_command),
        IN_FOLDER(test_what_learns_is_not_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
