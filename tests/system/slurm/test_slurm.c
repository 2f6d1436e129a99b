/* What a training goes through on a cluster, on a real Slurm of one node: docs/reliability.md has the table. Skipped
 * where Slurm is not installed. */
#include "tests/support/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "run/metrics.h"
#include "run/summary.h"
#include "tests/support/chance.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/same_run.h"
#include "tests/support/screen.h"
#include "tests/support/slurm_node.h"

enum { PATIENCE = 180 };

/* A checkpoint is written at nearly all times. */
static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 100000\nbatch = 512\ndevice = cpu:1\n"
                             "checkpoint = 0.02\n[optimiser]\nkind = adam\n"
                             "[layers]\nflatten =\ndense = units=64 activation=relu\ndense = units=10\n";

static const char *why_skipped;
static char *folder, *runs; /* of the test that goes on: a home of its own */

static int start_slurm(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "slurm/made", "");
    why_skipped = slurm_node_start(folder_path(*state, "slurm"));
    if (why_skipped)
        print_message("skipped: %s\n", why_skipped);
    return 0;
}

static int end_slurm(void **state)
{
    slurm_node_end();
    return folder_teardown(state);
}

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder = *state;
    setenv("CUVETTE_HOME", folder, 1);
    folder_put(folder, "small.ini", recipe);
    runs = strdup(folder_path(folder, "runs"));
    return mkdir(runs, 0777);
}

static int teardown(void **state)
{
    free(runs);
    return folder_teardown(state);
}

static void need_slurm(void)
{
    if (why_skipped)
        skip();
}

/* Until the condition holds: looks whenever something changes in the folder. */
static void await(const char *place, bool (*holds)(const void *context), const void *context, const char *what)
{
    char events[4096];
    double until = clock_seconds() + PATIENCE;
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, place, IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_DELETE | IN_CLOSE_WRITE) >= 0);
    while (!holds(context)) {
        struct pollfd wait = { .fd = watch, .events = POLLIN };

        if (clock_seconds() > until)
            fail_msg("in vain: %s", what);
        poll(&wait, 1, 1000);
        while (read(watch, events, sizeof events) > 0)
            ;
    }
    close(watch);
}

struct wanted {
    const char *place, *file, *text;
};

static bool file_has_text(const void *context)
{
    const struct wanted *w = context;
    char *text = access(folder_path(w->place, w->file), R_OK) == 0 ? folder_text(w->place, w->file) : NULL;
    bool has = text && strstr(text, w->text);

    free(text);
    return has;
}

static void await_text(const char *place, const char *file, const char *text)
{
    const struct wanted wanted = { place, file, text };

    await(place, file_has_text, &wanted, text);
}

static bool nobody_trains(const void *run)
{
    return !metrics_are_claimed(folder_path(run, "metrics.jsonl"));
}

/* The lock on its metrics ends with the process, however that ends. */
static void await_end(const char *run)
{
    const struct timespec moment = { .tv_nsec = 20000000 };
    double until = clock_seconds() + PATIENCE;

    while (!nobody_trains(run)) {
        if (clock_seconds() > until)
            fail_msg("%s is still trained", run);
        nanosleep(&moment, NULL);
    }
}

static char *run_named(const char *name)
{
    return strdup(folder_path(runs, name));
}

static void await_checkpoint(const char *run)
{
    folder_await(runs, path_name(run));
    folder_await(run, "checkpoint.safetensors");
}

static struct process *run_program(const char *a, const char *b, const char *c, const char *d)
{
    struct process *p = process_start((const char *const[]){ a, b, c, d, NULL }, folder, NULL);

    process_finish(p);
    return p;
}

static void assert_fine(struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    process_free(p);
}

/* Slurm itself tells when a job is over. */
static void await_job(const char *number)
{
    char after[64];

    snprintf(after, sizeof after, "--dependency=afterany:%s", number);
    assert_fine(run_program("srun", after, "--ntasks=1", "true"));
}

/* What was left can be read, and goes on. */
static void assert_goes_on(const char *run)
{
    struct process *p = process_cuvette_start(folder, "resume", run, NULL);

    process_expect(p, "goes on after epoch");
    process_expect(p, "/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM");
}

static struct screen *on_terminal(const char *const arguments[])
{
    static const char *const environment[] = { "CUVETTE_NVML=/nowhere", NULL };

    return screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
}

/* Some epochs more, as many as it may be. */
static void let_it_train(const char *run, struct chance *c)
{
    char line[64];

    snprintf(line, sizeof line, "\"kind\":\"epoch\",\"epoch\":%d,", chance_int(c, 1, 40));
    await_text(run, "metrics.jsonl", line);
}

static struct screen *srun_workbench(void)
{
    return on_terminal((const char *const[]){ "srun", "--time=60", "--pty", getenv("CUVETTE_BINARY"), "--recipe",
                                              folder_path(folder, "small.ini"), NULL });
}

/* The link is cut at a random moment: the login shell goes, and srun with it. */
static void test_a_lost_link_is_gone_on_from(void **state)
{
    struct chance chance = { .seed = 17 };
    char *run = run_named("0001-digits-cpu1");
    (void)state;

    need_slurm();
    struct screen *s = srun_workbench();

    screen_wait_text(s, "min left"); /* asked of Slurm where the environment does not tell */
    screen_send(s, "\033[15~");
    await_checkpoint(run);
    let_it_train(run, &chance);
    assert_int_equal(kill(screen_process(s), SIGKILL), 0);
    await_end(run);
    screen_close(s);
    s = srun_workbench();
    screen_wait_text(s, "was cut off: F4 g goes on with it");
    screen_send(s, "\033OS"); /* F4 */
    screen_wait_text(s, "0001-digits-cpu1 cut off");
    screen_send(s, "g");
    screen_wait_text(s, "/100000");
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    screen_send(s, "s");
    screen_wait_exit(s);
    screen_close(s);
    assert_goes_on(run);
    free(run);
}

static void test_a_job_on_a_terminal_that_loses_its_client(void **state)
{
    struct chance chance = { .seed = 18 };
    char *run = run_named("out");
    (void)state;

    need_slurm();
    struct screen *s = on_terminal((const char *const[]){ "srun", "--pty", getenv("CUVETTE_BINARY"), "train",
                                                          folder_path(folder, "small.ini"), "--run", run, NULL });

    await_checkpoint(run);
    let_it_train(run, &chance);
    assert_int_equal(kill(screen_process(s), SIGKILL), 0);
    await_end(run);
    screen_close(s);
    assert_false(path_is_file(folder_path(run, "summary.json"))); /* there was no warning */
    assert_goes_on(run);
    free(run);
}

/* Hands the recipe in and returns the job's number. */
static char *submit(const char *option, const char *text)
{
    struct process *p = process_cuvette(folder, "sbatch", "small.ini", "--submit", "--mem", "100M", "--cpus", "1",
                                        option, text, NULL);
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
    return run_named(name);
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

    need_slurm();
    char *number = submit(NULL, NULL), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");
    struct summary summary;
    struct error e = { 0 };

    await_checkpoint(run);
    await(run, is_writing, run, "a checkpoint that is being written");
    assert_fine(run_program("scancel", number, NULL, NULL));
    await_job(number);
    await_text(runs, path_name(log), "stopped by SIGTERM");
    await_text(runs, path_name(log), "not queued again: it was ended from outside"); /* it does not come back */
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
    double until = clock_seconds() + PATIENCE;
    (void)state;

    need_slurm();
    folder_put(folder, "small.ini", "[data]\ndataset = digits\n[training]\nepochs = 12\nbatch = 100\n"
                                    "device = cpu:1\n[layers]\nconv2d = filters=8 kernel=3 activation=relu\n"
                                    "maxpool2d =\nflatten =\ndense = units=10\n");
    char *number = submit("--time", "1"), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");
    struct summary summary;
    struct error e = { 0 };

    folder_await(runs, path_name(run));
    await_text(run, "metrics.jsonl", "\"kind\":\"epoch\",\"epoch\":1,");
    int pid = trainer_of(run);

    assert_true(pid > 0);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    /* Slurm 22.05 lets it go on before it sends the signal. */
    while (kill(pid, 0) == 0 && !has_pending(pid, SIGTERM)) {
        if (clock_seconds() > until)
            fail_msg("Slurm does not tell that the time is nearly over");
        nanosleep(&moment, NULL);
    }
    kill(pid, SIGCONT);
    await_text(runs, path_name(log), "the job is queued again to go on with it");
    folder_await(run, "summary.json");
    await_text(run, "summary.json", "\"finished\"");
    await_text(runs, path_name(log), "goes on after epoch");
    assert_good(summary_read(&summary, folder_path(run, "summary.json"), &e), e);
    assert_int_equal(summary.epochs, 12);
    assert_fine(process_cuvette(folder, "train", "small.ini", "--run", "whole", NULL));
    char *whole = strdup(folder_path(folder, "whole"));

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

    need_slurm();
    char *number = submit(NULL, NULL), *run = run_of_job(number, ""), *log = run_of_job(number, ".log");

    await_checkpoint(run);
    await_text(run, "metrics.jsonl", "\"kind\":\"epoch\",\"epoch\":2,");
    assert_fine(run_program("scancel", "--batch", "--signal=USR1", number));
    assert_fine(run_program("scancel", "--batch", "--signal=TERM", number)); /* a user's own soft stop */
    await_text(runs, path_name(log), "the job is queued again");
    assert_fine(run_program("scancel", number, NULL, NULL));
    await_job(number);
    assert_goes_on(run);

    struct process *p = run_program("srun", "--signal=B:USR1@60", "--ntasks=1", "true");

    assert_int_not_equal(p->exit_code, 0); /* of batch jobs alone */
    process_free(p);
    free(number);
    free(run);
    free(log);
}

static void test_one_task_of_several_has_the_screen(void **state)
{
    (void)state;

    need_slurm();
    folder_put(folder, "small.ini", "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 512\ndevice = cpu:1\n"
                                    "[layers]\nflatten =\ndense = units=10\n");
    const char *const words[] = { "srun", "--ntasks=2", "--overcommit", getenv("CUVETTE_BINARY"), "--recipe",
                                  "small.ini", NULL };
    struct process *p = process_start(words, folder, NULL);

    process_finish(p);
    assert_holds(p->out, "task 1 of 2 draws nothing and trains nothing");
    assert_holds(p->out, "no terminal, so no screen: trains small");
    assert_fine(p);
    assert_int_equal(folder_entries(runs), 1);

    struct screen *s = on_terminal((const char *const[]){ "srun", "--ntasks=2", "--overcommit", "--pty",
                                                          getenv("CUVETTE_BINARY"), "--recipe",
                                                          folder_path(folder, "small.ini"), NULL });
    screen_wait_text(s, "ready");
    screen_send(s, "q");
    screen_wait_exit(s);
    screen_close(s);
    assert_int_equal(folder_entries(runs), 1);
}

static void test_tasks_of_an_array_have_runs_of_their_own(void **state)
{
    (void)state;

    need_slurm();
    folder_put(folder, "small.ini", "[data]\ndataset = digits\n[training]\nepochs = 2\nbatch = 512\ndevice = cpu:1\n"
                                    "[layers]\nflatten =\ndense = units=10\n");
    char *number = submit("--vary", "training.seed=1,2,3");

    await_job(number);
    for (int task = 1; task <= 3; task++) {
        char ending[16], seed[32];

        snprintf(ending, sizeof ending, "-%d", task);
        char *run = run_of_job(number, ending), *trained = folder_text(run, "recipe.ini");

        snprintf(seed, sizeof seed, "seed = %d\n", task);
        assert_holds(trained, seed);
        await_text(run, "summary.json", "\"finished\"");
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

    need_slurm();
    folder_put(folder, "small.ini", "[data]\ndataset = digits\n[training]\nepochs = 2\nbatch = 512\ndevice = cpu:1\n"
                                    "[layers]\nflatten =\ndense = units=10\n");
    struct screen *s = on_terminal((const char *const[]){ getenv("CUVETTE_BINARY"), "--recipe",
                                                          folder_path(folder, "small.ini"), NULL });

    screen_wait_text(s, "ready");
    screen_send(s, "w");
    screen_wait_text(s, "Slurm job");
    screen_send(s, "\033[B\033[B\033[B\033[B100M\r"); /* mem: the node may be small */
    screen_wait_text(s, "100M");
    screen_send(s, "\r");
    screen_wait_text(s, "#SBATCH --mem=100M");
    screen_send(s, "s");
    screen_wait_text(s, "is queued; once it trains: cuvette watch small-");
    assert_true(screen_find(s, "is queued", &row, &column));
    char *shown = screen_text(s);

    assert_int_equal(sscanf(strstr(shown, "job "), "job %d is queued", &number), 1);
    free(shown);
    screen_send(s, "q");
    screen_wait_exit(s);
    screen_close(s);
    snprintf(text, sizeof text, "%d", number);
    await_job(text);
    char *run = run_of_job(text, "");

    await_text(run, "summary.json", "\"finished\"");
    free(run);
}

/* Directly under sshd, without Slurm: HUP, then a terminal that is not there any more. */
static void test_a_terminal_that_goes_away(void **state)
{
    char *run = run_named("out");
    (void)state;

    struct screen *s = on_terminal((const char *const[]){ getenv("CUVETTE_BINARY"), "train",
                                                          folder_path(folder, "small.ini"), "--run", run, NULL });

    await_checkpoint(run);
    int pid = screen_process(s);

    screen_hang_up(s);
    unlink(folder_path(run, "checkpoint.safetensors"));
    folder_await(run, "checkpoint.safetensors"); /* it trains on */
    assert_int_equal(kill(pid, SIGTERM), 0);
    screen_wait_exit(s);
    screen_close(s);
    await_text(run, "summary.json", "\"stopped\"");
    free(run);
}

#define ON_SLURM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SLURM(test_a_lost_link_is_gone_on_from),
        ON_SLURM(test_a_job_on_a_terminal_that_loses_its_client),
        ON_SLURM(test_scancel_in_the_middle_of_a_checkpoint),
        ON_SLURM(test_signals_of_batch_jobs),
        ON_SLURM(test_a_time_limit_with_requeue_ends_with_the_whole_training),
        ON_SLURM(test_one_task_of_several_has_the_screen),
        ON_SLURM(test_tasks_of_an_array_have_runs_of_their_own),
        ON_SLURM(test_a_job_from_the_panels),
        ON_SLURM(test_a_terminal_that_goes_away),
    };

    return cmocka_run_group_tests_name("Slurm", tests, start_slurm, end_slurm);
}
