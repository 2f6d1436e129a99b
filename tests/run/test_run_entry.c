/* What is told of a run's folder, whole or not, and that nothing is read again that has not changed. */
#include "tests/support/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "host/job.h"
#include "run/metrics.h"
#include "run/run_entry.h"
#include "run/run_status.h"
#include "run/summary.h"
#include "tests/support/folder.h"

static const char begin[] = "{\"kind\":\"run\",\"name\":\"lenet5\",\"dataset\":\"/data/digits.h5\",\"device\":\"cpu\","
                            "\"state\":\"running\",\"date\":\"2026-11-21 14:03\"}\n";
static const char epochs[] =
    "{\"kind\":\"epoch\",\"epoch\":1,\"loss\":2.0,\"accuracy\":0.3,\"valid_loss\":1.9,\"valid_accuracy\":0.5,"
    "\"learning_rate\":0.1,\"seconds\":4.5,\"images_per_second\":100.0}\n"
    "{\"kind\":\"epoch\",\"epoch\":2,\"loss\":1.0,\"accuracy\":0.7,\"valid_loss\":1.1,\"valid_accuracy\":0.875,"
    "\"learning_rate\":0.1,\"seconds\":9.5,\"images_per_second\":100.0}\n"
    "{\"kind\":\"epoch\",\"epoch\":3,\"loss\":0.9,\"accuracy\":0.8,\"valid_loss\":1.0,\"valid_accuracy\":0.75,"
    "\"learning_rate\":0.1,\"seconds\":14.5,\"images_per_second\":100.0}\n";
static const char recipe[] = "[training]\nepochs = 5\n[layers]\nflatten =\ndense = units=10\n";

static const char *run_of(const char *folder, const char *summary)
{
    char metrics[2048];

    snprintf(metrics, sizeof metrics, "%s%s", begin, epochs);
    folder_put(folder, "7/recipe.ini", recipe);
    folder_put(folder, "7/metrics.jsonl", metrics);
    if (summary)
        folder_put(folder, "7/summary.json", summary);
    return folder_path(folder, "7");
}

static void test_a_run_without_an_end_is_told_of_by_its_metrics(void **state)
{
    struct run_entry entry;
    struct tm begun;

    assert_true(run_entry_look(&entry, run_of(*state, NULL), NULL));
    assert_string_equal(entry.problem, "");
    assert_int_equal(entry.state, RUN_CUT_OFF);
    assert_string_equal(entry.summary.name, "lenet5");
    assert_string_equal(entry.summary.dataset, "/data/digits.h5");
    assert_string_equal(entry.summary.state, "");
    assert_int_equal(entry.planned, 5);
    assert_int_equal(entry.progress.epochs, 3);
    assert_int_equal(entry.progress.best_epoch, 2);
    assert_true(entry.progress.best_accuracy == 0.875 && entry.progress.seconds == 14.5);
    assert_false(entry.can_go_on);
    assert_non_null(localtime_r(&entry.begun, &begun));
    assert_int_equal(begun.tm_mday, 21); /* as its first line says it, not as old the copied files are */
    assert_int_equal(begun.tm_hour, 14);
}

static void test_a_run_that_ended_is_told_of_by_its_summary(void **state)
{
    struct run_entry entry;

    run_of(*state, "{\"name\":\"lenet5\",\"state\":\"stopped\",\"epochs\":4,\"seconds_total\":20.5,"
                   "\"best_valid_accuracy\":0.96875,\"best_valid_accuracy_epoch\":4}");
    folder_put(*state, "7/checkpoint.safetensors", "");
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_int_equal(entry.state, RUN_STOPPED);
    assert_int_equal(entry.progress.epochs, 4);
    assert_int_equal(entry.progress.best_epoch, 4);
    assert_true(entry.progress.best_accuracy == 0.96875 && entry.progress.seconds == 20.5);
    assert_true(entry.can_go_on);
}

/* It has no "best_valid_accuracy": the curves have it. */
static void test_a_summary_of_an_older_version_is_read(void **state)
{
    struct run_entry entry;

    assert_true(run_entry_look(&entry, run_of(*state, "{\"state\":\"finished\",\"epochs\":3}"), NULL));
    assert_int_equal(entry.state, RUN_FINISHED);
    assert_string_equal(entry.problem, "");
    assert_int_equal(entry.progress.best_epoch, 2);
    assert_true(entry.progress.best_accuracy == 0.875);
    assert_true(entry.progress.seconds < 0); /* it is not said */
}

static void test_what_is_damaged_or_missing_is_said(void **state)
{
    static const struct {
        const char *name, *text, *problem;
        enum run_state is;
    } cases[] = {
        { "7/summary.json", "{\"state\":", "not the summary of a run", RUN_DAMAGED },
        { "7/summary.json", "{\"state\":\"sleeping\"}", "names no state", RUN_DAMAGED },
        { "7/summary.json", "{\"state\":\"finished\",\"epochs\":\"many\"}", "\"epochs\"", RUN_DAMAGED },
        { "7/metrics.jsonl", "not\x1b[2J metrics\n", "not a line of metrics", RUN_CUT_OFF },
        { "7/recipe.ini", "[training]\nfuture_key = 1\n", "future_key", RUN_CUT_OFF },
    };
    struct run_entry entry;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *folder = run_of(*state, NULL);

        folder_put(*state, cases[i].name, cases[i].text);
        assert_true(run_entry_look(&entry, folder, NULL));
        assert_int_equal(entry.state, cases[i].is);
        if (!strstr(entry.problem, cases[i].problem))
            fail_msg("'%s' does not say '%s'", entry.problem, cases[i].problem);
        assert_null(strchr(entry.problem, '\x1b'));
        unlink(folder_path(*state, "7/summary.json"));
    }
}

static void test_half_a_copy_of_a_run_is_one_and_another_folder_is_none(void **state)
{
    struct run_entry entry;

    folder_put(*state, "7/summary.json", "{\"state\":\"finished\",\"epochs\":3}");
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_string_equal(entry.problem, "recipe.ini is missing");
    assert_int_equal(entry.state, RUN_FINISHED);
    folder_put(*state, "notes/todo.md", "");
    assert_false(run_entry_look(&entry, folder_path(*state, "notes"), NULL));
    assert_false(run_entry_look(&entry, folder_path(*state, "absent"), NULL));
}

static void test_pipes_in_its_place_hold_up_nobody(void **state)
{
    struct run_entry entry;

    assert_int_equal(mkdir(folder_path(*state, "7"), 0777), 0);
    assert_int_equal(mkfifo(folder_path(*state, "7/metrics.jsonl"), 0666), 0);
    assert_int_equal(mkfifo(folder_path(*state, "7/summary.json"), 0666), 0);
    assert_int_equal(mkfifo(folder_path(*state, "7/recipe.ini"), 0666), 0);
    assert_int_equal(mkfifo(folder_path(*state, "7/note.txt"), 0666), 0);
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_true(entry.problem[0] != '\0');
    assert_string_equal(entry.note, "");
}

/* The folder's own times tell: a file of the same size and time is not read, whatever is in it. */
static void test_only_what_changed_is_read_again(void **state)
{
    const struct timespec then[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    struct run_entry entry;
    const char *folder = run_of(*state, "{\"state\":\"finished\",\"epochs\":3}"), *path;

    path = folder_path(*state, "7/summary.json");
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
    assert_true(run_entry_look(&entry, folder, NULL));
    assert_false(run_entry_refresh(&entry, NULL));

    int file = open(path, O_WRONLY);
    assert_int_equal(write(file, "{\"state\":\"finished\",\"epochs\":9}", 31), 31);
    close(file);
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
    assert_false(run_entry_refresh(&entry, NULL));
    assert_int_equal(entry.progress.epochs, 3);

    folder_put(*state, "7/note.txt", "the one for the paper\nand more\n");
    assert_true(run_entry_refresh(&entry, NULL));
    assert_string_equal(entry.note, "the one for the paper");
    assert_int_equal(entry.progress.epochs, 9);
    assert_false(run_entry_refresh(&entry, NULL));
}

static void test_a_run_that_trains_is_followed(void **state)
{
    struct metrics_writer *w;
    struct summary run = { .name = "lenet5", .state = "running" };
    struct point train = { .position = 1 }, valid = { .position = 1, .accuracy = 0.5f, .seconds = 3 };
    struct run_entry entry;
    struct error e;

    folder_put(*state, "7/recipe.ini", recipe);
    w = metrics_create(folder_path(*state, "7/metrics.jsonl"), &e);
    assert_non_null(w);
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_int_equal(entry.state, RUN_TRAINS);
    assert_string_equal(entry.problem, "");

    assert_good(metrics_run(w, &run, false, &e), e);
    train.seconds = 3;
    assert_good(metrics_epoch(w, 1, train, &valid, &e), e);
    assert_good(metrics_flush(w, &e), e);
    assert_true(run_entry_refresh(&entry, NULL));
    assert_string_equal(entry.summary.name, "lenet5");
    assert_int_equal(entry.progress.epochs, 1);
    valid.accuracy = 0.25f;
    assert_good(metrics_epoch(w, 2, train, &valid, &e), e);
    assert_good(metrics_flush(w, &e), e);
    assert_true(run_entry_refresh(&entry, NULL));
    assert_int_equal(entry.progress.epochs, 2);
    assert_int_equal(entry.progress.best_epoch, 1);
    assert_int_equal(entry.progress.read, entry.stamps[RUN_ENTRY_METRICS].size);
    assert_good(metrics_close(w, &e), e);
    assert_true(run_entry_refresh(&entry, NULL));
    assert_int_equal(entry.state, RUN_CUT_OFF);
}

/* At once: who starts again behind a link that died is offered to go on. */
static void test_a_run_whose_process_was_killed_here_trains_no_more(void **state)
{
    struct run_status status = { .process = 1, .written = clock_now(), .trainer = { .state = TRAINER_RUNNING } };
    struct run_entry entry;
    struct error e = { 0 };
    struct job job;

    job_read(&job);
    text_copy(status.host, sizeof status.host, job.node);
    assert_good(run_status_write(&status, run_of(*state, NULL), &e), e);
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_int_equal(entry.state, RUN_CUT_OFF);

    /* On another node nobody knows of its lock. */
    text_copy(status.host, sizeof status.host, "elsewhere");
    assert_good(run_status_write(&status, folder_path(*state, "7"), &e), e);
    assert_true(run_entry_look(&entry, folder_path(*state, "7"), NULL));
    assert_int_equal(entry.state, RUN_TRAINS);
}

static void test_progress_is_read_on_and_anew_where_the_file_was_cut(void **state)
{
    struct run_progress p = RUN_PROGRESS_NONE;
    struct error e;
    const char *path = folder_put(*state, "metrics.jsonl", epochs);
    size_t first = strcspn(epochs, "\n") + 1;
    char text[2048];

    assert_good(run_progress_read(&p, path, NULL, &e), e);
    assert_int_equal(p.read, strlen(epochs));
    assert_int_equal(p.epochs, 3);

    snprintf(text, sizeof text, "%s{\"kind\":\"step\",\"step\":9,\"epoch\":3.5,\"loss\":1,\"accuracy\":0.5,"
             "\"learning_rate\":0.1,\"seconds\":17.25,\"images_per_second\":null}\n{\"kind\":\"ep", epochs);
    folder_put(*state, "metrics.jsonl", text);
    assert_good(run_progress_read(&p, path, NULL, &e), e);
    assert_true(p.seconds == 17.25 && p.epochs == 3);
    assert_int_equal(p.read, strlen(text) - strlen("{\"kind\":\"ep"));

    snprintf(text, sizeof text, "%.*s", (int)first, epochs);
    folder_put(*state, "metrics.jsonl", text);
    assert_good(run_progress_read(&p, path, NULL, &e), e);
    assert_int_equal(p.epochs, 1);
    assert_true(p.best_accuracy == 0.5 && p.seconds == 4.5);
}

static void test_a_note_is_a_line(void **state)
{
    char note[RUN_NOTE_SIZE];
    struct error e;

    assert_good(run_note_write(*state, "good\nand\x1b bad", &e), e);
    run_note_read(*state, note);
    assert_string_equal(note, "good?and? bad");
    assert_good(run_note_write(*state, "", &e), e);
    run_note_read(*state, note);
    assert_string_equal(note, "");
    assert_int_equal(folder_entries(*state), 0);
    assert_bad(run_note_write(folder_path(*state, "absent"), "x", &e), e, "absent");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_without_an_end_is_told_of_by_its_metrics),
        TEST(test_a_run_that_ended_is_told_of_by_its_summary),
        TEST(test_a_summary_of_an_older_version_is_read),
        TEST(test_what_is_damaged_or_missing_is_said),
        TEST(test_half_a_copy_of_a_run_is_one_and_another_folder_is_none),
        TEST(test_pipes_in_its_place_hold_up_nobody),
        TEST(test_only_what_changed_is_read_again),
        TEST(test_a_run_that_trains_is_followed),
        TEST(test_a_run_whose_process_was_killed_here_trains_no_more),
        TEST(test_progress_is_read_on_and_anew_where_the_file_was_cut),
        TEST(test_a_note_is_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
