/* `make gpu-report` without a GPU. The programs that it runs on a machine with one run on the CUDA that the host plays;
 * and stand-ins for all of them (tests/fakes/gpu_report) fail, or hang, ignore that they are asked to end and leave
 * processes behind. Here minutes are a fraction of one, or boxes a few seconds. */
#include "tests/support/check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

/* In the order of bench/gpu_parts.py. */
static const char *const parts[] = { "build",    "machine", "operations", "operations-cudnn", "digits",         "steps",
                                     "compiled", "profile", "sanitize",   "sanitize-more",    "more-operations" };
enum { PARTS = sizeof parts / sizeof *parts, BUILD = 0, MACHINE = 1, WITH_CUDNN = 3, DIGITS = 4, WORDS_MAX = 24 };

struct call {
    const char *folder; /* of the stand-ins and the results */
    const char *failing, *hanging;
    const char *extra[8]; /* more words; NULL behind the last */
    const char *setting;  /* "NAME=value" of the environment, or NULL */
};

static const char *in_sources(const char *name)
{
    const char *source = getenv("CUVETTE_SOURCE");

    assert_non_null(source);
    return folder_path(source, name);
}

/* The stand-ins are found before any real program. */
static void put_stand_ins(const char *folder)
{
    static const char *const names[] = { "make", "nvidia-smi", "compute-sanitizer" };
    char name[64];

    folder_put(folder, "bin/README", "Stand-ins.\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "bin/%s", names[i]);
        assert_int_equal(symlink(in_sources("tests/fakes/gpu_report/stand_in.sh"), folder_path(folder, name)), 0);
    }
}

static struct process *start(const struct call *call)
{
    char path[2 * PATH_SIZE], processes[PATH_SIZE + 16], modules[PATH_SIZE + 16], output[PATH_SIZE], peers[PATH_SIZE],
        sanitizer[PATH_SIZE], failing[128], hanging[256];
    const char *const environment[] = { path,         processes,  modules,
                                        failing,      hanging,    "PYTHONDONTWRITEBYTECODE=1",
                                        "MAKEFLAGS=", "LC_ALL=C", call->setting,
                                        NULL };
    const char *words[WORDS_MAX] = { "python3", "bench/gpu_report.py", "--rehearsal", "--output", output, "--peers",
                                     peers,     "--sanitizer",         sanitizer };

    put_stand_ins(call->folder);
    snprintf(path, sizeof path, "PATH=%s/bin:%s", call->folder, getenv("PATH"));
    snprintf(processes, sizeof processes, "PROCESSES=%s/processes", call->folder);
    snprintf(modules, sizeof modules, "PYTHONPATH=%s", in_sources("tests/fakes/gpu_report"));
    snprintf(failing, sizeof failing, "FAILING=%s", call->failing ? call->failing : "");
    snprintf(hanging, sizeof hanging, "HANGING=%s", call->hanging ? call->hanging : "");
    snprintf(output, sizeof output, "%s/out", call->folder);
    snprintf(peers, sizeof peers, "%s", in_sources("tests/fakes/gpu_report"));
    snprintf(sanitizer, sizeof sanitizer, "%s/bin/compute-sanitizer", call->folder);
    for (int i = 0, n = 9; i < 8 && call->extra[i]; i++)
        words[n++] = call->extra[i];
    return process_start(words, getenv("CUVETTE_SOURCE"), environment);
}

/* Whether that is a part's outcome in the closing table: "passed", "timed out". The row is kept for a failure's text.
 */
static bool has_outcome(const char *folder, const char *part, const char *outcome, char kept[512])
{
    char begin[64], cell[64], *text = folder_text(folder, "out/report.md"), *row;

    snprintf(begin, sizeof begin, "\n| %s ", part);
    row = strstr(text, begin);
    assert_non_null(row);
    snprintf(kept, 512, "%.*s", (int)strcspn(row + 1, "\n"), row + 1);
    free(text);
    snprintf(cell, sizeof cell, " %s |", outcome);
    return strstr(kept, cell) != NULL;
}

static void expect_outcome(const char *folder, const char *part, const char *outcome)
{
    char row[512];

    if (!has_outcome(folder, part, outcome, row))
        fail_msg("%s is not '%s': %s", part, outcome, row);
}

/* All passed, but for those that failed or hung. A machine that does not tell what it has is taken to have no cuDNN. */
static void expect_outcomes(const char *folder, int failed, int hung)
{
    for (int i = 0; i < PARTS; i++)
        expect_outcome(folder, parts[i],
                       i == WITH_CUDNN && (failed == MACHINE || hung == MACHINE) ? "not there"
                       : i == failed                                             ? "failed"
                       : i == hung                                               ? "timed out"
                                                                                 : "passed");
}

/* It has ended, or does within a while: what was killed may not be dead yet, or dead and not yet waited for. */
static bool has_ended(pid_t process)
{
    enum { MILLISECONDS = 10000 };
    int descriptor = pidfd_open(process, 0);
    struct pollfd end = { .fd = descriptor, .events = POLLIN };
    bool ended = descriptor < 0 ? errno == ESRCH : poll(&end, 1, MILLISECONDS) == 1;

    if (descriptor >= 0)
        close(descriptor);
    return ended;
}

/* Of those that a stand-in wrote down before it hung. Returns how many there were. */
static int expect_no_process_left(const char *folder)
{
    char *text = folder_text(folder, "processes");
    int count = 0;

    for (char *rest = text, *line; (line = strsep(&rest, "\n")) && *line; count++)
        if (!has_ended(atoi(line)))
            fail_msg("process %s is left", line);
    free(text);
    return count;
}

static void expect_text(const char *folder, const char *file, const char *part)
{
    char *text = folder_text(folder, file);

    assert_holds(text, part);
    free(text);
}

/* The report's own promise. */
static void expect_within_its_time(const struct process *p)
{
    double taken = 0, most = 0;
    const char *at = strstr(p->out, " s of ");

    assert_non_null(at);
    while (at > p->out && at[-1] != '\n')
        at--;
    assert_int_equal(sscanf(at, "%lf s of %lf", &taken, &most), 2);
    if (taken > most)
        fail_msg("%.1f s of %.1f", taken, most);
}

static void finish(struct process *p, int exit_code)
{
    process_finish(p);
    if (p->exit_code != exit_code)
        fail_msg("exit code %d, not %d:\n%s%s", p->exit_code, exit_code, p->out, p->err);
    expect_within_its_time(p);
}

/* The folder in which they are built, as the report knows it from a machine with a GPU. */
static const char *programs_on_the_host(void)
{
    static char folder[PATH_SIZE];
    const char *program = built("cuda_on_host/bench/step_gpu");

    snprintf(folder, sizeof folder, "%.*s", (int)(strlen(program) - strlen("/bench/step_gpu")), program);
    return folder;
}

static void test_the_programs_run_on_a_device_that_the_host_plays(void **state)
{
    static const char *const figures[] = { "device",
                                           "product_bf16",
                                           "columns.cases",
                                           "digits.fp32.accuracy",
                                           "digits.bf16.losses_apart",
                                           "J2.bf16.cuvette.of_products",
                                           "J2.fp32.graph.times",
                                           "J2.bf16.compiled.median",
                                           "J2.bf16.profile.launches",
                                           "more.columns.cases" };
    const char *folder = *state;
    struct process *p = start(&(struct call){ .folder = folder, .extra = { "--programs", programs_on_the_host() } });
    char row[64];

    finish(p, 0);
    for (int i = 0; i < PARTS; i++)
        expect_outcome(folder, parts[i], i == BUILD || i == WITH_CUDNN ? "not there" : "passed");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        snprintf(row, sizeof row, "\n| %s ", figures[i]);
        expect_text(folder, "out/report.md", row);
    }
    expect_text(folder, "out/08-profile.txt", "DENSE_WEIGHT_GRADIENT");
    expect_text(folder, "out/09-sanitize.txt", "racecheck, bf16: clean");
    process_free(p);
}

/* Whole trainings by that cuDNN would take minutes. */
static void test_operations_are_drawn_with_cudnn(void **state)
{
    const char *const words[] = { built("cuda_on_host/tests/bare/sample_ops"), "1", "0", NULL };
    static const char *const environment[] = { "CUDA_ON_HOST_CUDNN=1", NULL };
    struct process *p = process_start(words, NULL, environment);

    (void)state;
    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "figure rounds 1 rounds");
    process_free(p);
}

/* A case again, by the words that a disagreement prints. */
static void test_a_case_is_done_again(void **state)
{
    const char *const words[] = { built("cuda_on_host/tests/bare/sample_ops"), "CONV2D", "bf16", "7", NULL };
    struct process *p = process_start(words, NULL, NULL);

    (void)state;
    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_string_equal(p->out, "agrees\n");
    process_free(p);
}

static void test_operations_on_a_lost_device_are_no_agreement(void **state)
{
    const char *const words[] = { built("cuda_on_host/tests/bare/sample_ops"), "1", "1000", NULL };
    static const char *const environment[] = { "CUDA_ON_HOST_LOST_AFTER=40", NULL };
    struct process *p = process_start(words, NULL, environment);

    (void)state;
    process_finish(p);
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->out, "cudaErrorIllegalAddress");
    assert_holds(p->out, "figure disagreements 1 cases");
    process_free(p);
}

static void test_a_sample_that_is_ended_says_at_which_case(void **state)
{
    const char *const words[] = { built("cuda_on_host/tests/bare/sample_ops"), "1", "1000", NULL };
    struct process *p = process_start(words, NULL, NULL);

    (void)state;
    process_expect(p, "Cases from 1 on");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_int_equal(p->exit_code, -SIGTERM);
    assert_holds(p->out, "ended while it compared: ");
    process_free(p);
}

static void test_without_a_device_it_says_why(void **state)
{
    const char *folder = *state;
    struct process *p = start(&(struct call){
        .folder = folder, .extra = { "--programs", programs_on_the_host() }, .setting = "CUDA_ON_HOST_DEVICES=0" });

    finish(p, 1);
    expect_outcome(folder, parts[MACHINE], "failed");
    for (int i = MACHINE + 1; i < PARTS; i++)
        expect_outcome(folder, parts[i], "not there");
    assert_holds(p->out, "the NVIDIA driver sees no GPU");
    process_free(p);
}

/* Every part fails once and hangs once, two in each of several reports that run side by side. */
static void test_a_part_that_fails_or_hangs_is_told_and_the_rest_goes_on(void **state)
{
    enum { REPORTS = PARTS - MACHINE };
    struct process *reports[REPORTS];
    char folders[REPORTS][PATH_SIZE], box[64], name[16];
    int processes = 0;

    for (int i = 0; i < REPORTS; i++) {
        const char *hanging = parts[MACHINE + (i + 1) % REPORTS];

        snprintf(name, sizeof name, "%d", i);
        snprintf(folders[i], PATH_SIZE, "%s", folder_path(*state, name));
        snprintf(box, sizeof box, "%s=4", hanging); /* of which 2 are for ending it */
        reports[i] = start(&(struct call){
            .folder = folders[i], .failing = parts[MACHINE + i], .hanging = hanging, .extra = { "--box", box } });
    }
    for (int i = 0; i < REPORTS; i++) {
        finish(reports[i], 1);
        process_free(reports[i]);
        expect_outcomes(folders[i], MACHINE + i, MACHINE + (i + 1) % REPORTS);
        processes += expect_no_process_left(folders[i]);
    }
    assert_true(processes > 0);
}

static void test_all_may_fail(void **state)
{
    const char *folder = *state;
    struct process *p =
        start(&(struct call){ .folder = folder,
                              .failing = "machine operations operations-cudnn digits steps compiled profile sanitize "
                                         "sanitize-more more-operations" });

    finish(p, 1);
    expect_outcome(folder, parts[BUILD], "passed");
    for (int i = MACHINE; i < PARTS; i++)
        expect_outcome(folder, parts[i], i == WITH_CUDNN ? "not there" : "failed");
    process_free(p);
}

/* Each is ended within its box. */
static void test_all_may_hang_and_the_time_is_kept(void **state)
{
    const char *folder = *state;
    char row[512];
    struct process *p = start(&(struct call){
        .folder = folder,
        .hanging = "machine operations operations-cudnn digits steps compiled profile sanitize sanitize-more "
                   "more-operations",
        .extra = { "--minutes", "0.12" } });

    finish(p, 1);
    expect_outcome(folder, parts[MACHINE], "timed out");
    expect_outcome(folder, parts[WITH_CUDNN], "not there");
    for (int i = MACHINE; i < PARTS; i++) /* for the last there may be no time left */
        if (i != WITH_CUDNN && !has_outcome(folder, parts[i], "timed out", row))
            expect_outcome(folder, parts[i], "not reached");
    assert_true(expect_no_process_left(folder) > 0);
    process_free(p);
}

static void test_without_programs_nothing_else_is_reached(void **state)
{
    static const char *const ways[] = { "failed", "timed out" };

    for (int hangs = 0; hangs < 2; hangs++) {
        char folder[PATH_SIZE];

        snprintf(folder, sizeof folder, "%s", folder_path(*state, ways[hangs]));

        struct process *p = start(&(struct call){ .folder = folder,
                                                  .failing = hangs ? NULL : "build",
                                                  .hanging = hangs ? "build" : NULL,
                                                  .extra = { "--minutes", "0.1", "--box", "build=0.5" } });

        finish(p, 1);
        expect_outcome(folder, parts[BUILD], ways[hangs]);
        for (int i = MACHINE; i < PARTS; i++)
            expect_outcome(folder, parts[i], "not reached");
        process_free(p);
    }
}

/* What is known is in the files at any time, should the call be cut off; and when it is asked to stop it does. */
static void test_a_report_that_is_stopped_has_told_what_it_knew(void **state)
{
    const char *folder = *state;
    struct process *p = start(&(struct call){ .folder = folder, .hanging = "digits" });

    process_expect(p, "hangs in digits");
    expect_outcome(folder, "operations", "passed");
    expect_outcome(folder, "digits", "running");
    expect_outcome(folder, "steps", "not reached");
    expect_text(folder, "out/05-digits.txt", "hangs in digits");
    expect_text(folder, "out/report.md", "| columns.cases ");
    process_signal(p, SIGTERM);
    finish(p, 128 + SIGTERM);
    expect_outcome(folder, "digits", "stopped");
    expect_outcome(folder, "steps", "not reached");
    assert_true(expect_no_process_left(folder) > 0);
    process_free(p);
}

/* As over a link that stalls: nothing is read of all that is printed. */
static void test_a_flood_to_a_stalled_terminal_stops_nothing(void **state)
{
    const char *folder = *state;
    struct process *p = start(&(struct call){
        .folder = folder, .hanging = parts[DIGITS], .extra = { "--box", "digits=4" }, .setting = "FLOODING=yes" });
    int status;

    while (waitpid(p->pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    expect_outcomes(folder, -1, DIGITS);
    expect_text(folder, "out/05-digits.txt", "a flood");
    assert_true(expect_no_process_left(folder) > 0);
    close(p->out_pipe);
    close(p->err_pipe);
    process_free(p);
}

static void test_a_peer_that_fails_or_hangs_loses_no_figures(void **state)
{
    const char *folder = *state;
    char modules[PATH_SIZE + 16], peers[PATH_SIZE], step[PATH_SIZE];
    const char *const environment[] = { modules, "PYTHONDONTWRITEBYTECODE=1", "PEER_FAILS=eager", "PEER_HANGS=graph",
                                        NULL };
    const char *const words[] = { "python3",
                                  "bench/compare_gpu.py",
                                  step,
                                  "--only-print",
                                  "--jobs",
                                  "J2",
                                  "--precisions",
                                  "bf16",
                                  "--patience",
                                  "3",
                                  "--settings",
                                  "eager",
                                  "graph",
                                  "compiled",
                                  "--peers",
                                  peers,
                                  "--ceilings",
                                  "/dev/null",
                                  "--rounds",
                                  "1",
                                  "--turn",
                                  "1",
                                  NULL };

    snprintf(peers, sizeof peers, "%s", in_sources("tests/fakes/gpu_report"));
    snprintf(modules, sizeof modules, "PYTHONPATH=%s", peers);
    snprintf(step, sizeof step, "%s", folder_path(folder, "step_gpu"));
    assert_int_equal(symlink(in_sources("tests/fakes/gpu_report/stand_in.sh"), step), 0);

    struct process *p = process_start(words, getenv("CUVETTE_SOURCE"), environment);

    process_finish(p);
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->err, "eager is made to fail");
    assert_holds(p->err, "PyTorch, eager, the step one CUDA graph, bf16, did not answer within 3 s");
    assert_holds(p->out, "figure J2.bf16.cuvette.median ");
    assert_holds(p->out, "figure J2.bf16.compiled.times ");
    assert_holds(p->out, "| J2  | PyTorch, torch.compile max-autotune, bf16 |");
    process_free(p);
}

#define IN_A_FOLDER(function) cmocka_unit_test_setup_teardown(function, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_the_programs_run_on_a_device_that_the_host_plays),
        cmocka_unit_test(test_operations_are_drawn_with_cudnn),
        cmocka_unit_test(test_a_case_is_done_again),
        cmocka_unit_test(test_operations_on_a_lost_device_are_no_agreement),
        cmocka_unit_test(test_a_sample_that_is_ended_says_at_which_case),
        IN_A_FOLDER(test_without_a_device_it_says_why),
        IN_A_FOLDER(test_a_part_that_fails_or_hangs_is_told_and_the_rest_goes_on),
        IN_A_FOLDER(test_all_may_fail),
        IN_A_FOLDER(test_all_may_hang_and_the_time_is_kept),
        IN_A_FOLDER(test_without_programs_nothing_else_is_reached),
        IN_A_FOLDER(test_a_report_that_is_stopped_has_told_what_it_knew),
        IN_A_FOLDER(test_a_flood_to_a_stalled_terminal_stops_nothing),
        IN_A_FOLDER(test_a_peer_that_fails_or_hangs_loses_no_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
