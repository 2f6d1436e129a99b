/* What a batch system warns with, however early it comes: the run is whole. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/same_run.h"

static const char recipe[] = "[data]\ndataset = few.h5\n[training]\nepochs = 3\nbatch = 128\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static void assert_fine(struct process *p)
{
    assert_succeeded(p);
    process_free(p);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* From before the program's own constructors on. */
static void test_warnings_without_end_leave_a_run_as_it_is(void **state)
{
    const char *folder = *state;
    char program[PATH_SIZE], library[PATH_SIZE];
    const char *const words[] = { program, "train", "small.ini", "--run", "warned", NULL };
    const char *const environment[] = { library, NULL };

    snprintf(program, sizeof program, "%s", getenv("CUVETTE_BINARY"));
    snprintf(library, sizeof library, "LD_PRELOAD=%.*s/tests/fakes/warnings.so", (int)(strrchr(program, '/') - program),
             program);
    assert_fine(process_cuvette(folder, "train", "small.ini", "--run", "quiet", NULL));

    struct process *p = process_start(words, folder, environment);
    char *quiet = strdup(folder_path(folder, "quiet"));

    process_finish(p);
    assert_fine(p);
    assert_same_run(quiet, folder_path(folder, "warned"));
    free(quiet);
}
#endif

/* A job script that ignores them before it starts the program leaves no moment in which they end it; the program heeds
 * them all the same once it trains. */
static void test_who_ignores_them_first_is_warned_from_the_first_moment(void **state)
{
    const double patience = 120;
    const char *folder = *state;
    void (*before)(int) = signal(SIGUSR1, SIG_IGN);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--set",
                                              "training.checkpoint=86400", "--run", "out", NULL);
    double until = clock_seconds() + patience;

    signal(SIGUSR1, before);
    do
        process_signal(p, SIGUSR1);
    while (!path_is_folder(folder_path(folder, "out")) && clock_seconds() < until);
    process_expect(p, "     3/100000 "); /* the first epochs end with a checkpoint: they are behind */
    unlink(folder_path(folder, "out/checkpoint.safetensors"));
    process_signal(p, SIGUSR1);
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM");
}

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "small.ini", recipe);
    assert_fine(
        process_cuvette(*state, "data", "import", "digits", "few.h5", "--train", "1000", "--test", "100", NULL));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        cmocka_unit_test_setup_teardown(test_warnings_without_end_leave_a_run_as_it_is, setup, folder_teardown),
#endif
        cmocka_unit_test_setup_teardown(test_who_ignores_them_first_is_warned_from_the_first_moment, setup,
                                        folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
