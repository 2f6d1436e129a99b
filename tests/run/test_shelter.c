/* Runs whose folder goes away or fills up in the middle: nothing is lost, and what is said of it is true. */
#include "tests/support/check.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run.h"
#include "tests/support/bell.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static const char text[] = "[data]\n"
                           "dataset = squares\n"
                           "[training]\n"
                           "epochs = 100000\n"
                           "batch = 10\n"
                           "device = cpu:1\n"
                           "checkpoint = 86400\n" /* when it is asked for, and at its end */
                           "[layers]\n"
                           "flatten =\n"
                           "dense = units=3\n";

struct fixture {
    void *folder;
    char home[PATH_SIZE], away[PATH_SIZE]; /* the run's folder, and where it is moved */
    struct recipe recipe;
    struct source *source;
    struct bell bell;
    struct run *run;
};

static struct fixture f;

static int setup(void **state)
{
    struct error e = { 0 };

    (void)state;
    f = (struct fixture){ .bell = BELL };
    if (folder_setup(&f.folder) != 0)
        return -1;
    snprintf(f.home, sizeof f.home, "%s", folder_path(f.folder, "run"));
    snprintf(f.away, sizeof f.away, "%s", folder_path(f.folder, "away"));
    setenv("CUVETTE_HOME", folder_path(f.folder, "home"), 1);
    recipe_preset(&f.recipe);
    if (!recipe_parse(&f.recipe, text, "test", &e))
        return -1;
    f.source = data_memory(96, 20, 6, 6, 1, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run_close(f.run);
    source_close(f.source);
    return folder_teardown(&f.folder);
}

static uint64_t steps_of_run(void)
{
    struct trainer_status status;

    trainer_status(run_trainer(f.run), &status);
    return status.steps;
}

static const char kept[] = " it is kept in ";

/* Until the run is kept in another place. */
static void await_trouble(struct error *e)
{
    int seen = 0;

    for (run_trouble(f.run, e); e->kind == ERROR_NONE || !strstr(e->text, kept); run_trouble(f.run, e))
        bell_await(&f.bell, &seen);
}

/* Asks for checkpoints until one can be written. */
static void await_peace(void)
{
    struct error e;
    int seen = 0;

    for (run_trouble(f.run, &e); e.kind != ERROR_NONE; run_trouble(f.run, &e)) {
        trainer_command(run_trainer(f.run), TRAINER_SNAPSHOT, 0);
        bell_await(&f.bell, &seen);
    }
}

static void start(void)
{
    const struct run_setup s = {
        .recipe = &f.recipe, .folder = f.home, .source = f.source, .events = { bell_ring, &f.bell }
    };
    struct error e = { 0 };
    int seen = 0;

    assert_good(f.run = run_start(&s, &e), e);
    while (steps_of_run() == 0)
        bell_await(&f.bell, &seen);
}

static void stop(void)
{
    trainer_command(run_trainer(f.run), TRAINER_STOP, 0);
    run_wait(f.run);
}

/* Where the sentence says that it is kept. */
static const char *kept_in(const struct error *e)
{
    const char *words = strstr(e->text, kept);

    if (!words)
        fail_msg("no word about another place: %s", e->text);
    return words + strlen(kept);
}

/* It is the folder of a run, from which it can go on: its curves, its last step and its model. */
static void assert_whole(const char *folder, const char *state)
{
    struct metrics_curves curves;
    struct summary summary;
    struct snapshot snapshot;
    struct recipe recipe;
    struct error e = { 0 };

    assert_good(recipe_load(&recipe, folder_path(folder, "recipe.ini"), &e), e);
    assert_good(metrics_read(folder_path(folder, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_true(curves.introduced);
    assert_int_equal(curves.steps[curves.n_steps - 1].step, steps_of_run());
    metrics_read_free(&curves);
    assert_good(checkpoint_read(folder, &snapshot, &e), e);
    assert_int_equal(snapshot.steps, steps_of_run());
    snapshot_free(&snapshot);
    assert_true(path_is_file(folder_path(folder, "model.h5")));
    assert_good(summary_read(&summary, folder_path(folder, "summary.json"), &e), e);
    assert_string_equal(summary.state, state);
}

/* Again if something was written meanwhile. */
static void remove_home(void)
{
    while (path_is_folder(f.home))
        folder_remove(f.home);
}

static void test_a_folder_that_is_deleted_loses_nothing(void **state)
{
    struct error trouble, e;
    (void)state;

    start();
    remove_home();
    await_trouble(&trouble);
    assert_true(path_is_file(folder_path(kept_in(&trouble), "checkpoint.safetensors")));
    stop();
    run_recorder_error(f.run, &e);
    assert_int_equal(e.kind, ERROR_IO);
    assert_string_equal(kept_in(&e), kept_in(&trouble));
    assert_non_null(strstr(kept_in(&e), "/home/state/kept/cuvette-run-"));
    assert_whole(kept_in(&e), "stopped");
    assert_false(path_is_folder(f.home));
}

static void test_a_folder_that_comes_back_has_all(void **state)
{
    struct error trouble, e;
    char shelter[PATH_SIZE];
    (void)state;

    start();
    assert_int_equal(rename(f.home, f.away), 0);
    trainer_command(run_trainer(f.run), TRAINER_SNAPSHOT, 0);
    await_trouble(&trouble);
    snprintf(shelter, sizeof shelter, "%s", kept_in(&trouble));
    assert_true(path_is_folder(shelter));
    assert_int_equal(rename(f.away, f.home), 0);
    await_peace();
    assert_false(path_is_folder(shelter));
    stop();
    run_recorder_error(f.run, &e);
    assert_int_equal(e.kind, ERROR_NONE);
    assert_whole(f.home, "stopped");
}

/* The state folder cannot be made here. */
static void test_the_next_place_is_taken(void **state)
{
    struct error trouble, e;
    (void)state;

    folder_put(f.folder, "home/state", "in the way");
    folder_put(f.folder, "tmp/x", "");
    setenv("TMPDIR", folder_path(f.folder, "tmp"), 1);
    start();
    remove_home();
    await_trouble(&trouble);
    stop();
    run_recorder_error(f.run, &e);
    unsetenv("TMPDIR");
    assert_non_null(strstr(kept_in(&e), "/tmp/cuvette-run-"));
    assert_whole(kept_in(&e), "stopped");
}

/* A file system of so many bytes, which its mount space has to itself. */
static bool mount_small(const char *folder, int bytes)
{
    char size[32];

    snprintf(size, sizeof size, "size=%d", bytes);
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", folder, "tmpfs", 0, size) == 0;
}

/* It fills up with the lines of the curves. */
static void test_a_full_disk_loses_nothing(void **state)
{
    enum { SMALL = 128 << 10 };
    struct error e = { 0 }, trouble;
    (void)state;

    assert_good(path_make_folders(f.home, &e), e);
    if (!mount_small(f.home, SMALL)) {
        print_message("skipped: file systems cannot be mounted here\n");
        skip();
    }
    start();
    await_trouble(&trouble);
    assert_non_null(strstr(trouble.text, "No space left on device"));
    stop();
    run_recorder_error(f.run, &e);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "No space left on device"));
    assert_whole(kept_in(&e), "stopped");
    run_close(f.run);
    f.run = NULL;
    assert_int_equal(umount(f.home), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_folder_that_is_deleted_loses_nothing),
        TEST(test_a_folder_that_comes_back_has_all),
        TEST(test_the_next_place_is_taken),
        TEST(test_a_full_disk_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
