/* Calls of the C library that fail, one in a run: whatever fails, the program ends with a word and a code that is not
 * 0, or has done all of it, and leaves no damaged file. bench/faults.py tries every call; here it is a few of each. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 2\nbatch = 512\ncheckpoint = 0.000001\n"
                             "device = cpu:1\n[layers]\nconv2d = filters=2 kernel=5 stride=4\nbatch_norm =\nflatten =\n"
                             "dense = units=10\n";

/* Spread over all calls; the first ones are those of libraries that prepare themselves. */
enum { TRIES = 3 };

static const struct {
    const char *call, *error;
} faults[] = {
    { "malloc", "12" }, { "open", "5" },   { "read", "5" },   { "write", "28" }, { "write", "short" },
    { "write", "4" },   { "fsync", "5" },  { "rename", "5" }, { "close", "5" },  { "mkdir", "28" },
};

enum { FAULTS = sizeof faults / sizeof *faults };

/* Runs the program with the `number`-th call failing; 0: with none. */
static struct process *run(const char *folder, int fault, long number, const char *const words[])
{
    char library[PATH_SIZE], call[64], error[64], nth[64], count[PATH_SIZE], program[PATH_SIZE];
    const char *const environment[] = { library, call, error, nth, count, "OPENBLAS_NUM_THREADS=1", NULL };

    snprintf(program, sizeof program, "%s", getenv("CUVETTE_BINARY"));
    const char *argv[PROCESS_WORDS_MAX] = { program };
    char *end = strrchr(program, '/');

    snprintf(library, sizeof library, "LD_PRELOAD=%.*s/tests/fakes/faults.so", (int)(end - program), program);
    snprintf(call, sizeof call, "FAULT_CALL=%s", faults[fault].call);
    snprintf(error, sizeof error, "FAULT_ERRNO=%s", faults[fault].error);
    snprintf(nth, sizeof nth, "FAULT_NUMBER=%ld", number);
    snprintf(count, sizeof count, "FAULT_COUNT=%s", folder_path(folder, "count"));
    for (int i = 0; words[i]; i++)
        argv[i + 1] = words[i];

    struct process *p = process_start(argv, folder, environment);

    process_finish(p);
    return p;
}

static struct process *train(const char *folder, int fault, long number)
{
    return run(folder, fault, number, (const char *const[]){ "train", "r.ini", "--quiet", "--run", "run", NULL });
}

static void read_report(const char *folder, char *text, size_t size)
{
    FILE *file = fopen(folder_path(folder, "count"), "r");
    size_t length = file ? fread(text, 1, size - 1, file) : 0;

    text[length] = '\0';
    if (file)
        fclose(file);
}

/* Every file of the run that is there can be read. */
static void assert_whole(const char *folder)
{
    const char *run = folder_path(folder, "run");
    struct metrics_curves curves;
    struct snapshot snapshot;
    struct summary summary;
    struct error e = { 0 };

    if (checkpoint_exists(run)) {
        assert_good(checkpoint_read(run, &snapshot, &e), e);
        snapshot_free(&snapshot);
    }
    if (path_is_file(folder_path(folder, "run/summary.json")))
        assert_good(summary_read(&summary, folder_path(folder, "run/summary.json"), &e), e);
    if (path_is_file(folder_path(folder, "run/metrics.jsonl"))) {
        assert_good(metrics_read(folder_path(folder, "run/metrics.jsonl"), NULL, &curves, &e), e);
        metrics_read_free(&curves);
    }
}

/* The HDF5 library crashes, or ends the program, where it has no memory: that is not ours. */
static bool hdf5_has_crashed(const char *folder)
{
    char report[4096];
    const char *line;

    read_report(folder, report, sizeof report);
    line = strchr(report, '\n');
    return !line || strstr(line, "libhdf5");
}

static int lines_of(const char *text)
{
    int lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static bool library_has_crashed(const struct process *p, const char *folder, int fault)
{
    return p->exit_code < 0 && strcmp(faults[fault].call, "malloc") == 0 && hdf5_has_crashed(folder);
}

static void assert_told_or_done(const char *folder, const struct process *p, int fault, long number)
{
    if (library_has_crashed(p, folder, fault))
        return;
    if (p->exit_code < 0)
        fail_msg("%s %ld (%s): signal %d", faults[fault].call, number, faults[fault].error, -p->exit_code);
    if (p->exit_code > 0 && !p->err[0])
        fail_msg("%s %ld (%s): %d, and not a word", faults[fault].call, number, faults[fault].error, p->exit_code);
    assert_whole(folder);
    if (p->exit_code > 0)
        return;
    assert_true(checkpoint_exists(folder_path(folder, "run")));
    assert_true(path_is_file(folder_path(folder, "run/model.h5")));
    assert_true(path_is_file(folder_path(folder, "run/best.h5")));
    assert_true(path_is_file(folder_path(folder, "run/summary.json")));
}

static void a_call_that_fails_is_told(void **state)
{
    const char *folder = *state;
    char report[4096], clean[PATH_SIZE + 16];

    snprintf(clean, sizeof clean, "rm -rf %s", folder_path(folder, "run"));
    for (int fault = 0; fault < FAULTS; fault++) {
        struct process *p = train(folder, fault, 0);

        assert_int_equal(p->exit_code, 0);
        process_free(p);
        read_report(folder, report, sizeof report);
        long calls = atol(report), step = calls > TRIES ? calls / TRIES : 1;

        assert_true(calls > 0);
        for (long number = step; number <= calls; number += step) {
            assert_int_equal(system(clean), 0);
            p = train(folder, fault, number);
            assert_told_or_done(folder, p, fault, number);
            process_free(p);
        }
        assert_int_equal(system(clean), 0);
    }
}

/* Every fifth of the last calls, which are those that make what is printed, and print it. */
static void what_is_printed_is_whole_or_not_at_all(void **state)
{
    static const char *const words[][5] = { { "devices", "--json" }, { "data", "info", "digits", "--json" } };
    enum { MALLOC = 0, LAST = 200, APART = 5 };
    const char *folder = *state;
    char report[4096];

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct process *whole = run(folder, MALLOC, 0, words[i]);

        assert_succeeded(whole);
        read_report(folder, report, sizeof report);
        long calls = atol(report);

        for (long number = calls > LAST ? calls - LAST : 1; number <= calls; number += APART) {
            struct process *p = run(folder, MALLOC, number, words[i]);

            if (p->exit_code == 0)
                assert_int_equal(lines_of(p->out), lines_of(whole->out));
            else if (!library_has_crashed(p, folder, MALLOC))
                assert_true(p->err[0] && !p->out[0]);
            process_free(p);
        }
        process_free(whole);
    }
}

/* A chart that cannot be drawn is no success. */
static void charts_are_drawn_or_their_lack_is_told(void **state)
{
    static const char *const words[] = { "export", "run", "--what", "loss", "--format", "svg", NULL };
    enum { MALLOC = 0, LAST = 60, APART = 4 };
    const char *folder = *state;
    char report[4096];
    struct process *p = train(folder, MALLOC, 0);

    process_free(p);
    p = run(folder, MALLOC, 0, words);
    assert_succeeded(p);
    process_free(p);
    read_report(folder, report, sizeof report);
    for (long calls = atol(report), number = calls > LAST ? calls - LAST : 1; number <= calls; number += APART) {
        unlink(folder_path(folder, "run/plots/loss.svg"));
        p = run(folder, MALLOC, number, words);
        if (p->exit_code >= 0) {
            assert_true(path_is_file(folder_path(folder, "run/plots/loss.svg")) == (p->exit_code == 0));
            assert_true(p->exit_code == 0 || p->err[0]);
        }
        process_free(p);
    }
}

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "r.ini", recipe);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_that_fails_is_told, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(what_is_printed_is_whole_or_not_at_all, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(charts_are_drawn_or_their_lack_is_told, setup, folder_teardown),
    };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("calls are not made to fail: a sanitizer has functions of its own in their place\n");
    return 0;
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
