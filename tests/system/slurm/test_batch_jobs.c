/* Jobs that sbatch hands in, on a real Slurm of one node: docs/reliability.md has the table. Skipped where Slurm is not
 * installed. */
#include "tests/support/check.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/path.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/on_slurm.h"
#include "tests/support/same_run.h"

/* Hands the recipe in and returns the job's number. */
static char *submit(const char *option, const char *text)
{
    struct process *p = process_cuvette(on_slurm.folder, "sbatch", "small.ini", "--submit", "--mem", "100M", "--cpus",
                                        "1", option, text, NULL);
    int number = 0;

    if (p->exit_code != 0 || sscanf(p->out, "job %d is queued", &number) != 1)
        fail_msg("%s%s", p->out, p->err);
    process_free(p);

    char *text_of_number = NULL;

    assert_true(asprintf(&text_of_number, "%d", number) > 0);
    return text_of_number;
}

static char *run_of_job(const char *number, const char *ending)
{
    char name[128];

    snprintf(name, sizeof name, "small-%s%s", number, ending);
    return on_slurm_run(name);
}

/* Slurm itself tells when a job is over. */
static void await_job(const char *number)
{
    char after[128];

    snprintf(after, sizeof after, "--dependency=afterany:%s", number);
    assert_fine(on_slurm_program("srun", after, "--ntasks=1", "true"));
}

/* A checkpoint has another name while it is written. */
static bool is_writing(const void *run)
{
    DIR *entries = opendir(run);
    struct dirent *entry;
    bool writing = false;

    while (entries && (entry = readdir(entries)))
        writing |= strstr(entry->d_name, "checkpoint") && strcmp(entry->d_name, "checkpoint.safetensors") != 0;
    if (entries)
        closedir(entries);
    return writing;
}

static void test_scancel_in_the_middle_of_a_checkpoint(void **state)
{
    (void)state;

    on_slurm_need();
    char *number = submit(NULL, NULL), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");
    struct summary summary;
    struct error e = { 0 };

    on_slurm_await_checkpoint(run);
    assert_true(folder_watch(run, is_writing, run, ON_SLURM_SECONDS));
    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    await_job(number);
    folder_await_text(on_slurm.runs, path_name(log), "stopped by SIGTERM");
    folder_await_text(on_slurm.runs, path_name(log),
                      "not queued again: it was ended from outside"); /* it does not come back */
    assert_good(summary_read(&summary, folder_path(run, "summary.json"), &e), e);
    assert_string_equal(summary.state, "stopped");
    assert_false(is_writing(run)); /* nothing half-written stays */
    assert_true(path_is_file(folder_path(run, "model.h5")));
    assert_goes_on(run);
    free(number);
    free(run);
    free(log);
}

/* Of a process that a signal waits for. */
static bool has_pending(int pid, int signal_number)
{
    char path[64], line[256];
    unsigned long long shared = 0;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof line, file))
        sscanf(line, "ShdPnd: %llx", &shared);
    if (file)
        fclose(file);
    return shared >> (signal_number - 1) & 1;
}

/* The process that trains in this folder. */
static int trainer_of(const char *run)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    int found = 0;

    assert_non_null(processes);
    while (found == 0 && (entry = readdir(processes))) {
        char path[64], words[4096];
        size_t length = 0;

        snprintf(path, sizeof path, "/proc/%.20s/cmdline", entry->d_name);
        FILE *file = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;

        if (file) {
            length = fread(words, 1, sizeof words - 1, file);
            fclose(file);
        }
        for (size_t i = 0; i < length; i++)
            words[i] = words[i] ? words[i] : ' ';
        words[length] = '\0';
        if (strstr(words, " train ") && strstr(words, run))
            found = atoi(entry->d_name);
    }
    closedir(processes);
    return found;
}

/* The first turn is held, on any machine, until Slurm says that its time is nearly over; the next one ends the work. */
static void test_a_time_limit_with_requeue_ends_with_the_whole_training(void **state)
{
    const struct timespec moment = { .tv_nsec = 100000000 };
    double until = clock_seconds() + ON_SLURM_SECONDS;
    (void)state;

    on_slurm_need();
    folder_put(on_slurm.folder, "small.ini",
               "[data]\ndataset = digits\n[training]\nepochs = 12\nbatch = 100\n"
               "device = cpu:1\n[layers]\nconv2d = filters=8 kernel=3 activation=relu\n"
               "maxpool2d =\nflatten =\ndense = units=10\n");
    char *number = submit("--time", "1"), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");
    struct summary summary;
    struct error e = { 0 };

    folder_await(on_slurm.runs, path_name(run));
    folder_await_text(run, "metrics.jsonl", "\"kind\":\"epoch\",\"epoch\":1,");
    int pid = trainer_of(run);

    assert_true(pid > 0);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    /* Slurm 22.05 lets it go on before it sends the signal. Nobody tells of a signal that waits for a stopped process:
     * it has to be looked for. */
    while (kill(pid, 0) == 0 && !has_pending(pid, SIGTERM)) {
        if (clock_seconds() > until)
            fail_msg("Slurm does not tell that the time is nearly over");
        nanosleep(&moment, NULL);
    }
    kill(pid, SIGCONT);
    folder_await_text(on_slurm.runs, path_name(log), "the job is queued again to go on with it");
    folder_await(run, "summary.json");
    folder_await_text(run, "summary.json", "\"finished\"");
    folder_await_text(on_slurm.runs, path_name(log), "goes on after epoch");
    assert_good(summary_read(&summary, folder_path(run, "summary.json"), &e), e);
    assert_int_equal(summary.epochs, 12);
    assert_fine(process_cuvette(on_slurm.folder, "train", "small.ini", "--run", "whole", NULL));
    char *whole = strdup(folder_path(on_slurm.folder, "whole"));

    assert_same_run(whole, run);
    free(whole);
    free(number);
    free(run);
    free(log);
}

/* What reaches a program that the script started with exec: the signal for the batch script, not that for steps. */
static void test_signals_of_batch_jobs(void **state)
{
    (void)state;

    on_slurm_need();
    char *number = submit(NULL, NULL), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");

    on_slurm_await_checkpoint(run);
    folder_await_text(run, "metrics.jsonl", "\"kind\":\"epoch\",\"epoch\":2,");
    assert_fine(on_slurm_program("scancel", "--batch", "--signal=USR1", number));
    assert_fine(on_slurm_program("scancel", "--batch", "--signal=TERM", number)); /* a user's own soft stop */
    folder_await_text(on_slurm.runs, path_name(log), "the job is queued again");
    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    await_job(number);
    assert_goes_on(run);

    struct process *p = on_slurm_program("srun", "--signal=B:USR1@60", "--ntasks=1", "true");

    assert_int_not_equal(p->exit_code, 0); /* of batch jobs alone */
    process_free(p);
    free(number);
    free(run);
    free(log);
}

static void test_tasks_of_an_array_have_runs_of_their_own(void **state)
{
    (void)state;

    on_slurm_need();
    on_slurm_quick_recipe(2);
    char *number = submit("--vary", "training.seed=1,2,3");

    await_job(number);
    for (int task = 1; task <= 3; task++) {
        char ending[16], seed[32];

        snprintf(ending, sizeof ending, "-%d", task);
        char *run = run_of_job(number, ending), *trained = folder_text(run, "recipe.ini");

        snprintf(seed, sizeof seed, "seed = %d\n", task);
        assert_holds(trained, seed);
        folder_await_text(run, "summary.json", "\"finished\"");
        free(trained);
        free(run);
    }
    free(number);
}

/* From the panels to the end of the run. */
static void test_a_job_from_the_panels(void **state)
{
    char text[64];
    int row, column, number = 0;
    (void)state;

    on_slurm_need();
    on_slurm_quick_recipe(2);
    struct screen *s = on_slurm_terminal(
        (const char *const[]){ getenv("CUVETTE_BINARY"), "--recipe", folder_path(on_slurm.folder, "small.ini"), NULL });

    screen_wait_text(s, "ready");
    screen_send(s, "w");
    screen_wait_text(s, "Slurm job");
    screen_send(s, "\033[B\033[B\033[B\033[B100M\r"); /* mem: the node may be small */
    screen_wait_text(s, "100M");
    screen_send(s, "\r");
    screen_wait_text(s, "#SBATCH --mem=100M");
    screen_send(s, "s");
    screen_wait_text(s, "is queued, and shown once it trains");
    assert_true(screen_find(s, "is queued", &row, &column));
    char *shown = screen_text(s);

    assert_int_equal(sscanf(strstr(shown, "job "), "job %d is queued", &number), 1);
    free(shown);
    screen_wait_text(s, "watching small-");
    screen_send(s, "q");
    screen_wait_exit(s);
    screen_close(s);
    snprintf(text, sizeof text, "%d", number);
    await_job(text);
    char *run = run_of_job(text, "");

    folder_await_text(run, "summary.json", "\"finished\"");
    free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SLURM(test_scancel_in_the_middle_of_a_checkpoint),
        ON_SLURM(test_signals_of_batch_jobs),
        ON_SLURM(test_a_time_limit_with_requeue_ends_with_the_whole_training),
        ON_SLURM(test_tasks_of_an_array_have_runs_of_their_own),
        ON_SLURM(test_a_job_from_the_panels),
    };

    return cmocka_run_group_tests_name("batch jobs", tests, on_slurm_begin, on_slurm_end);
}
