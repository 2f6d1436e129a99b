/* Runs that are left in the middle: by signals, by being killed, by others that want their folder. */
#include "tests/support/check.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run_status.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/same_run.h"

/* With everything that draws random numbers, and state in its optimiser and its layers. */
static const char recipe[] = "[data]\ndataset = few.h5\nshift = 1\nflip = alternating\n"
                             "rotation = 10\ncontrast = 0.2\ncutout = 4\nmixup = 0.2\nbalance = oversample\n"
                             "[training]\nepochs = 30\nbatch = 128\ncheckpoint = 0.02\ndevice = cpu:1\n"
                             "[optimiser]\nkind = adam\n"
                             "[layers]\n"
                             "conv2d = filters=4 kernel=3 stride=2 activation=relu\n"
                             "batch_norm =\n"
                             "flatten =\n"
                             "dropout = rate=0.1\n"
                             "dense = units=10\n";

static void assert_fine(struct process *p)
{
    assert_succeeded(p);
    process_free(p);
}

static struct metrics_curves curves_of(const char *folder)
{
    struct metrics_curves curves;
    struct error e = { 0 };

    assert_good(metrics_read(folder_path(folder, "metrics.jsonl"), NULL, &curves, &e), e);
    return curves;
}

static char *train_whole(const char *folder)
{
    char *whole = strdup(folder_path(folder, "whole"));

    folder_put(folder, "small.ini", recipe);
    assert_fine(process_cuvette(folder, "train", "small.ini", "--run", "whole", NULL));
    return whole;
}

static void test_a_stopped_run_goes_on_as_if_it_had_not_stopped(void **state)
{
    const char *folder = *state;
    char *whole = train_whole(folder), *out = strdup(folder_path(folder, "some/out"));
    struct summary summary;
    struct error e = { 0 };

    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--run", "some/out", NULL);
    process_expect(p, " 1/30 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "'cuvette resume some/out' goes on");
    assert_good(summary_read(&summary, folder_path(out, "summary.json"), &e), e);
    assert_string_equal(summary.state, "stopped");

    p = process_cuvette(folder, "resume", "some/out", NULL);
    assert_holds(p->out, "\ngoes on after epoch ");
    assert_null(strstr(p->out, "\n 1/30 ")); /* was told of before */
    assert_null(strstr(p->out, "nan"));
    assert_fine(p);
    assert_same_run(whole, out);
    assert_good(summary_read(&summary, folder_path(out, "summary.json"), &e), e);
    assert_string_equal(summary.state, "finished");
    assert_string_equal(summary.name, "small"); /* as it was called when it began */
    free(whole);
    free(out);
}

/* Killed again and again, each time at the end of an epoch. */
static void test_a_killed_run_loses_nothing_but_time(void **state)
{
    enum { KILLS = 4 };
    const char *folder = *state;
    char *whole = train_whole(folder), *out = strdup(folder_path(folder, "out"));
    bool over = false;

    for (int start = 0; !over; start++) {
        struct process *p = checkpoint_exists(out)
                                ? process_cuvette_start(folder, "resume", "out", NULL)
                                : process_cuvette_start(folder, "train", "small.ini", "--run", "out", NULL);

        process_expect(p, "/30 ");
        folder_await(out, "checkpoint.safetensors");
        if (start < KILLS)
            process_signal(p, SIGKILL);
        process_finish(p);
        /* the last thing that a run writes may be there before the signal is */
        over = p->exit_code == 0 || path_is_file(folder_path(out, "summary.json"));
        if (!over && p->exit_code != -SIGKILL)
            fail_msg("exit code %d: %s", p->exit_code, p->err);
        process_free(p);
    }
    assert_same_run(whole, out);
    /* recipe, metrics, checkpoint, both models, summary, and nothing half-written */
    assert_int_equal(folder_entries(out), 7);
    free(whole);
    free(out);
}

/* Slurm answers when the test lets it, and then the job has no time left. */
static void test_a_run_ends_before_its_job_does(void **state)
{
    const char *folder = *state;
    char script[PATH_SIZE + 128], path[2 * PATH_SIZE], *before = strdup(getenv("PATH"));

    folder_put(folder, "small.ini", recipe);
    snprintf(script, sizeof script, "#!/bin/sh\nuntil [ -e '%s' ]; do sleep 0.05; done\necho 0:00 10:00\n",
             folder_path(folder, "go"));
    assert_int_equal(chmod(folder_put(folder, "bin/squeue", script), 0700), 0);
    snprintf(path, sizeof path, "%s:%s", folder_path(folder, "bin"), before);
    setenv("PATH", path, 1);
    setenv("SLURM_JOB_ID", "4711", 1);

    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", "out", NULL);
    process_expect(p, " 1/100000 ");
    folder_put(folder, "go", "");
    process_finish(p);
    assert_holds(p->out, "note: job 4711 ends in 0:00");
    assert_holds(p->out, "\njob 4711 used ");
    assert_holds(p->out, "\nnext time: sbatch --cpus-per-task=");
    assert_holds(p->err, "stopped as its job ends, in epoch ");
    assert_refused(p, 5, "'cuvette resume out' goes on");
    unsetenv("SLURM_JOB_ID");
    setenv("PATH", before, 1);
    free(before);
}

/* As the sentence of `cuvette evaluate` ends: which weights were measured. */
static void assert_measured(const char *folder, const char *option, const char *model)
{
    struct process *p = process_cuvette(folder, "evaluate", "out", "--device", "cpu:1", option, NULL);

    assert_holds(p->out, model);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
}

/* The first may have had all its steps before, and only its validation now. */
static void expect_two_epochs(struct process *p)
{
    char second[32];
    const char *first;
    int epoch;

    process_expect(p, "/100000 ");
    for (first = strstr(p->out, "/100000 "); first > p->out && isdigit((unsigned char)first[-1]); first--)
        ;
    epoch = atoi(first);
    assert_true(epoch > 0);
    snprintf(second, sizeof second, " %d/100000 ", epoch + 1);
    process_expect(p, second);
}

/* The weights of the best epoch can be loaded while the run goes on, and when it was killed. */
static void test_a_killed_run_has_its_best_weights(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", "out", NULL);
    process_expect(p, "1/100000 ");
    folder_await(folder_path(folder, "out"), "best.h5");
    assert_measured(folder, NULL, "best.h5 on 200 images");
    process_signal(p, SIGKILL);
    process_finish(p);
    process_free(p);
    assert_measured(folder, NULL, "best.h5 on 200 images");

    p = process_cuvette_start(folder, "resume", "out", NULL);
    expect_two_epochs(p);
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "what was learned is in");
    assert_measured(folder, NULL, "model.h5 on 200 images");
    assert_measured(folder, "--best", "best.h5 on 200 images");
}

static void test_signals_that_come_in_numbers_lose_nothing(void **state)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGQUIT, SIGXCPU, SIGALRM };
    const char *folder = *state;
    struct error e = { 0 };

    folder_put(folder, "small.ini", recipe);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char name[32];
        struct summary summary;

        snprintf(name, sizeof name, "run-%zu", i);
        struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", name,
                                                  NULL);
        process_expect(p, "1/100000 ");
        for (int times = 0; times < 20; times++)
            process_signal(p, numbers[i]);
        process_signal(p, SIGTERM);
        process_finish(p);
        assert_refused(p, 5, "goes on");
        assert_good(summary_read(&summary, folder_path(folder_path(folder, name), "summary.json"), &e), e);
        assert_string_equal(summary.state, "stopped");
        assert_int_equal(access(folder_path(folder_path(folder, name), "model.h5"), R_OK), 0);
    }
}

/* A warning of the batch system: a checkpoint at once, and the run goes on. So it does when its terminal goes away. */
static void test_a_warning_writes_a_checkpoint(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--set",
                                              "training.checkpoint=86400", "--run", "out", NULL);
    process_expect(p, "     3/100000 "); /* the first epochs end with one: they are behind */
    char *file = strdup(folder_path(folder, "out/checkpoint.safetensors"));
    unlink(file);
    process_signal(p, SIGHUP);
    process_signal(p, SIGUSR1);
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM");
    free(file);
}

static void test_a_run_has_one_trainer(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    struct process *first = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", "out",
                                                  NULL);
    process_expect(first, "     2/100000 ");
    assert_refused(process_cuvette(folder, "train", "small.ini", "--run", "out", NULL), 3, "'cuvette resume out'");
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    assert_refused(process_cuvette(folder, "resume", "out", NULL), 3, "another process trains this run");
    process_signal(first, SIGTERM);
    process_finish(first);
    assert_refused(first, 5, "stopped by SIGTERM");
    assert_int_equal(folder_entries(folder_path(folder, "out")), 7);
}

/* Of several that start at once in one folder, one has it, and the others take nothing from it. */
static void test_starts_at_once_in_one_folder(void **state)
{
    enum { STARTS = 4, ROUNDS = 3 };
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    for (int round = 0; round < ROUNDS; round++) {
        struct process *p[STARTS];
        char name[16];
        int winners = 0;

        snprintf(name, sizeof name, "out-%d", round);
        for (int i = 0; i < STARTS; i++)
            p[i] = process_cuvette_start(folder, "train", "small.ini", "--epochs", "1", "--run", name, NULL);
        for (int i = 0; i < STARTS; i++) {
            process_finish(p[i]);
            winners += p[i]->exit_code == 0;
            process_free(p[i]);
        }
        assert_int_equal(winners, 1);
        assert_int_equal(folder_entries(folder_path(folder, name)), 7);
    }
}

/* As the tasks of a step or an array do. */
static void test_starts_at_once_have_folders_of_their_own(void **state)
{
    enum { STARTS = 6 };
    const char *folder = *state;
    struct process *p[STARTS];

    setenv("CUVETTE_RUNS", folder_path(folder, "runs"), 1);
    folder_put(folder, "small.ini", recipe);
    for (int i = 0; i < STARTS; i++)
        p[i] = process_cuvette_start(folder, "train", "small.ini", "--epochs", "1", NULL);
    for (int i = 0; i < STARTS; i++) {
        process_finish(p[i]);
        assert_fine(p[i]);
    }
    unsetenv("CUVETTE_RUNS");
    assert_int_equal(folder_entries(folder_path(folder, "runs")), STARTS);
}

static void test_a_finished_run_is_made_longer(void **state)
{
    const char *folder = *state;
    char *whole = train_whole(folder);
    struct metrics_curves curves;

    assert_refused(process_cuvette(folder, "resume", "whole", NULL), 3, "is finished, with 30 epochs");
    assert_fine(process_cuvette(folder, "resume", "whole", "--epochs", "32", NULL));
    curves = curves_of(whole);
    assert_int_equal(curves.n_epochs, 32);
    assert_true(curves.steps[curves.n_steps - 1].position == 32);
    metrics_read_free(&curves);
    free(whole);
}

/* As if the kernel had done it; the name is one that would change a terminal. */
static void test_what_killed_a_run_is_told(void **state)
{
    static const char name[] = "o\x1b[31mx";
    const double gibibyte = 1 << 30;
    const struct run_status left = {
        .written = 1e9, .memory_used = 15.9 * gibibyte, .memory_limit = 16 * gibibyte, .memory_kills = -1,
    };
    const char *folder = *state;
    struct error e = { 0 };

    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", name, NULL);
    process_expect(p, " 1/100000 ");
    folder_await(folder_path(folder, name), "checkpoint.safetensors");
    process_signal(p, SIGKILL);
    process_finish(p);
    process_free(p);
    assert_good(run_status_write(&left, folder_path(folder, name), &e), e);

    p = process_cuvette_start(folder, "resume", name, NULL);
    process_expect(p, "goes on after epoch ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_holds(p->out, "note: the run o?[31mx was probably killed for want of memory");
    assert_null(strchr(p->out, '\x1b'));
    process_free(p);
}

/* Said before anything is printed or written: the run goes on as it was meant to afterwards. */
static void test_a_run_goes_on_to_no_fewer_epochs_than_it_has(void **state)
{
    const char *folder = *state;
    struct metrics_curves before, after;
    struct recipe kept;
    struct error e = { 0 };

    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", "out", NULL);
    process_expect(p, " 2/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "'cuvette resume out' goes on");
    before = curves_of(folder_path(folder, "out"));

    p = process_cuvette(folder, "resume", "out", "--epochs", "1", NULL);
    assert_string_equal(p->out, "");
    assert_refused(p, 3, "epochs or more, not to 1");
    after = curves_of(folder_path(folder, "out"));
    assert_int_equal(after.n_steps, before.n_steps);
    assert_good(recipe_load(&kept, folder_path(folder, "out/recipe.ini"), &e), e);
    assert_int_equal(kept.training.epochs, 100000);
    metrics_read_free(&before);
    metrics_read_free(&after);
}

static void test_what_cannot_go_on_says_why(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    assert_refused(process_cuvette(folder, "resume", NULL), 2, "which run?");
    assert_refused(process_cuvette(folder, "resume", "nowhere", NULL), 3, "there is no run \"nowhere\"");
    assert_fine(process_cuvette(folder, "train", "small.ini", "--epochs", "1", "--set", "training.checkpoint=0",
                                "--run", "none", NULL));
    assert_refused(process_cuvette(folder, "resume", "none", "--epochs", "9", NULL), 3,
                   "has no checkpoint to go on from");
    assert_refused(process_cuvette(folder, "resume", "none", "--epochs", "many", NULL), 2, "--epochs many");
}

/* A third of the digits: sanitizers are slow. */
static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    assert_fine(
        process_cuvette(*state, "data", "import", "digits", "few.h5", "--train", "2000", "--test", "200", NULL));
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_stopped_run_goes_on_as_if_it_had_not_stopped),
        IN_FOLDER(test_a_killed_run_loses_nothing_but_time),
        IN_FOLDER(test_a_run_ends_before_its_job_does),
        IN_FOLDER(test_a_killed_run_has_its_best_weights),
        IN_FOLDER(test_signals_that_come_in_numbers_lose_nothing),
        IN_FOLDER(test_a_warning_writes_a_checkpoint),
        IN_FOLDER(test_a_run_has_one_trainer),
        IN_FOLDER(test_starts_at_once_in_one_folder),
        IN_FOLDER(test_starts_at_once_have_folders_of_their_own),
        IN_FOLDER(test_a_finished_run_is_made_longer),
        IN_FOLDER(test_what_killed_a_run_is_told),
        IN_FOLDER(test_a_run_goes_on_to_no_fewer_epochs_than_it_has),
        IN_FOLDER(test_what_cannot_go_on_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
