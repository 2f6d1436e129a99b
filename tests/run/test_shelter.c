/* Runs whose folder goes away or fills up in the middle: nothing is lost, and what is said of it is true. */
#include "tests/support/check.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/clock.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run_list.h"
#include "run/shelter_place.h"
#include "run/watch.h"
#include "tests/support/folder.h"
#include "tests/support/small_run.h"

struct fixture {
    char home[PATH_SIZE], away[PATH_SIZE]; /* the run's folder, and where it is moved */
    struct run *run;
};

static struct fixture f;

static int setup(void **state)
{
    if (small_run_setup(state) != 0)
        return -1;
    f = (struct fixture){ .run = NULL };
    snprintf(f.home, sizeof f.home, "%s", folder_path(small.folder, "run"));
    snprintf(f.away, sizeof f.away, "%s", folder_path(small.folder, "away"));
    setenv("CUVETTE_HOME", folder_path(small.folder, "home"), 1);
    small.recipe.training.epochs = 100000;
    small.recipe.training.checkpoint = 86400; /* when it is asked for, and at its end */
    return 0;
}

static int teardown(void **state)
{
    run_close(f.run);
    return small_run_teardown(state);
}

static const char kept[] = " it is kept in ";

/* Until the run is kept in another place. */
static void await_trouble(struct error *e)
{
    int seen = 0;

    for (run_trouble(f.run, e); e->kind == ERROR_NONE || !strstr(e->text, kept); run_trouble(f.run, e))
        bell_await(&small.bell, &seen);
}

/* Asks for checkpoints until one can be written. */
static void await_peace(void)
{
    struct error e;
    int seen = 0;

    for (run_trouble(f.run, &e); e.kind != ERROR_NONE; run_trouble(f.run, &e)) {
        trainer_command(run_trainer(f.run), TRAINER_SNAPSHOT, 0);
        bell_await(&small.bell, &seen);
    }
}

static void start(void)
{
    struct error e = { 0 };
    int seen = 0;

    assert_good(f.run = small_run_start(f.home, small.source, &e), e);
    while (small_run_status(f.run).steps == 0)
        bell_await(&small.bell, &seen);
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
    assert_int_equal(curves.steps[curves.n_steps - 1].step, small_run_status(f.run).steps);
    metrics_read_free(&curves);
    assert_good(checkpoint_read(folder, &snapshot, &e), e);
    assert_int_equal(snapshot.steps, small_run_status(f.run).steps);
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

/* What was kept is not left behind for a new place, in which there would not be more time. */
static void test_a_run_without_time_stays_where_it_is_kept(void **state)
{
    struct error trouble, e;
    struct summary summary;
    (void)state;

    start();
    remove_home();
    await_trouble(&trouble);
    setenv("CUVETTE_STOP_SECONDS", "0.000001", 1);
    trainer_stop_soon(run_trainer(f.run));
    run_wait(f.run);
    unsetenv("CUVETTE_STOP_SECONDS");
    run_recorder_error(f.run, &e);
    assert_string_equal(kept_in(&e), kept_in(&trouble));
    assert_true(path_is_file(folder_path(kept_in(&e), "checkpoint.safetensors")));
    assert_good(summary_read(&summary, folder_path(kept_in(&e), "summary.json"), &e), e);
    assert_string_equal(summary.state, "stopped");
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

/* Until a look at the run finds it so. */
static void await_sight(struct watch *w, bool (*is_so)(const struct sighting *s))
{
    struct sighting s;

    for (unsigned number = watch_sighting(w, &s); number == 0 || !is_so(&s); number = watch_sighting(w, &s))
        if (!watch_wait(w, number, clock_seconds() + 120))
            fail_msg("nobody looks any more");
}

static bool is_at_home(const struct sighting *s)
{
    return s->state == SIGHTING_TRAINS && !s->moved[0];
}

static bool is_elsewhere(const struct sighting *s)
{
    return s->state == SIGHTING_TRAINS && s->moved[0] && strstr(s->words, s->moved);
}

static bool has_ended_there(const struct sighting *s)
{
    return s->state == SIGHTING_ENDED && s->moved[0];
}

/* Among the runs of the folder that has its own. */
static bool is_listed(const char *folder)
{
    struct run_list_folders listed;
    struct error e;
    bool found = false;

    assert_good(run_list_folders(&listed, small.folder, &e), e);
    for (int i = 0; i < listed.count; i++)
        found = found || strcmp(listed.paths[i], folder) == 0;
    run_list_free_folders(&listed);
    return found;
}

/* Who watches a run is told where it went on, and reaches it there. */
static void test_who_watches_follows_it(void **state)
{
    char found[PATH_SIZE], home[PATH_SIZE];
    struct error trouble, e;
    struct watch *w;
    (void)state;

    start();
    assert_good(w = watch_open(f.home, 100000, (struct trainer_events){ NULL }, &e), e);
    await_sight(w, is_at_home);
    assert_int_equal(rename(f.home, f.away), 0);
    await_trouble(&trouble);
    await_sight(w, is_elsewhere);
    assert_good(run_folder_find(f.home, found, &e), e);
    assert_string_equal(found, kept_in(&trouble));
    assert_true(shelter_place_home(found, home));
    assert_string_equal(home, f.home);
    assert_true(is_listed(found));

    assert_int_equal(rename(f.away, f.home), 0);
    await_peace();
    await_sight(w, is_at_home);
    remove_home();
    await_trouble(&trouble);
    await_sight(w, is_elsewhere);
    watch_command(w, &(struct control){ CONTROL_STOP, 0 });
    run_wait(f.run);
    await_sight(w, has_ended_there);
    watch_close(w);
}

/* The state folder cannot be made here. */
static void test_the_next_place_is_taken(void **state)
{
    struct error trouble, e;
    char next[PATH_SIZE];
    (void)state;

    folder_put(small.folder, "home/state", "in the way");
    folder_put(small.folder, "next/x", "");
    snprintf(next, sizeof next, "%s", folder_path(small.folder, "next"));
    setenv("TMPDIR", next, 1);
    start();
    remove_home();
    await_trouble(&trouble);
    stop();
    run_recorder_error(f.run, &e);
    unsetenv("TMPDIR");
    assert_int_equal(strncmp(kept_in(&e), next, strlen(next)), 0);
    assert_non_null(strstr(kept_in(&e), "/cuvette-run-"));
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
        TEST(test_a_run_without_time_stays_where_it_is_kept),
        TEST(test_a_folder_that_comes_back_has_all),
        TEST(test_who_watches_follows_it),
        TEST(test_the_next_place_is_taken),
        TEST(test_a_full_disk_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
