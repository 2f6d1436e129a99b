/* What a terminal of a job goes through, on a real Slurm of one node: docs/reliability.md has the table. Skipped where
 * Slurm is not installed. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/path.h"
#include "run/run_status.h"
#include "tests/support/folder.h"
#include "tests/support/on_slurm.h"

static struct screen *srun_workbench(void)
{
    return on_slurm_terminal((const char *const[]){ "srun", "--time=60", "--pty", getenv("CUVETTE_BINARY"), "--recipe",
                                                    folder_path(on_slurm.folder, "small.ini"), NULL });
}

/* It trains, and has written a checkpoint. */
static struct screen *srun_training(const char *run)
{
    struct screen *s = srun_workbench();

    screen_wait_text(s, "min left"); /* asked of Slurm where the environment does not tell */
    screen_send(s, "\033[15~"); /* F5 */
    on_slurm_await_checkpoint(run);
    return s;
}

/* The link is cut at a random moment: the login shell goes, and srun with it. */
static void test_a_lost_link_is_gone_on_from(void **state)
{
    struct chance chance = { .seed = 17 };
    char *run = on_slurm_run("0001-digits-cpu1");
    (void)state;

    on_slurm_need();
    struct screen *s = srun_training(run);

    on_slurm_let_train(run, &chance);
    assert_int_equal(kill(screen_process(s), SIGKILL), 0);
    on_slurm_await_end(run);
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
    char *run = on_slurm_run("out");
    (void)state;

    on_slurm_need();
    struct screen *s =
        on_slurm_terminal((const char *const[]){ "srun", "--pty", getenv("CUVETTE_BINARY"), "train",
                                                 folder_path(on_slurm.folder, "small.ini"), "--run", run, NULL });

    on_slurm_await_checkpoint(run);
    on_slurm_let_train(run, &chance);
    assert_int_equal(kill(screen_process(s), SIGKILL), 0);
    on_slurm_await_end(run);
    screen_close(s);
    assert_false(path_is_file(folder_path(run, "summary.json"))); /* there was no warning */
    assert_goes_on(run);
    free(run);
}

static void test_one_task_of_several_has_the_screen(void **state)
{
    (void)state;

    on_slurm_need();
    on_slurm_quick_recipe(1);
    const char *const words[] = { "srun",      "--ntasks=2", "--overcommit", getenv("CUVETTE_BINARY"), "--recipe",
                                  "small.ini", NULL };
    struct process *p = process_start(words, on_slurm.folder, NULL);

    process_finish(p);
    assert_holds(p->out, "task 1 of 2 draws nothing and trains nothing");
    assert_holds(p->out, "no terminal, so no screen: trains small");
    assert_fine(p);
    assert_int_equal(folder_entries(on_slurm.runs), 1);

    struct screen *s = on_slurm_terminal((const char *const[]){ "srun", "--ntasks=2", "--overcommit", "--pty",
                                                                getenv("CUVETTE_BINARY"), "--recipe",
                                                                folder_path(on_slurm.folder, "small.ini"), NULL });
    screen_wait_text(s, "ready");
    screen_send(s, "q");
    screen_wait_exit(s);
    screen_close(s);
    assert_int_equal(folder_entries(on_slurm.runs), 1);
}

/* Of the one that runs. free() it. */
static char *number_of_job(void)
{
    struct process *p = on_slurm_program("squeue", "--noheader", "--states=RUNNING", "--format=%i");
    char *number = NULL;

    assert_int_equal(sscanf(p->out, "%m[0-9]", &number), 1);
    process_free(p);
    return number;
}

/* Slurm ends what a step leaves behind, so the run cannot go on without the screen; the batch job that is named can. */
static void test_a_run_of_a_step_goes_on_as_a_batch_job(void **state)
{
    char *run = on_slurm_run("0001-digits-cpu1");
    (void)state;

    on_slurm_need();
    struct screen *s = srun_training(run);

    screen_send(s, "q");
    screen_wait_text(s, "ends what a");
    screen_wait_text(s, "sbatch");
    assert_false(screen_shows(s, "go on without the screen  "));
    screen_send(s, "s");
    screen_wait_exit(s);
    assert_true(screen_shows(s, "to go on as a batch job"));
    screen_close(s);
    on_slurm_await_end(run);

    struct process *p = process_cuvette(on_slurm.folder, "sbatch", folder_path(run, "recipe.ini"), "--run", run,
                                        "--submit", "--mem", "100M", "--cpus", "1", NULL);
    int number = 0;

    if (p->exit_code != 0 || sscanf(p->out, "job %d is queued", &number) != 1)
        fail_msg("%s%s", p->out, p->err);
    process_free(p);
    folder_await(run, "status.json"); /* somebody trains it again */
    char text[32];

    snprintf(text, sizeof text, "%d", number);
    assert_fine(on_slurm_program("scancel", text, NULL, NULL));
    on_slurm_await_end(run);
    assert_goes_on(run);
    free(run);
}

/* CONT, TERM, and half a minute for what is to be saved. */
static void test_a_cancelled_job_on_a_terminal(void **state)
{
    char *run = on_slurm_run("0001-digits-cpu1");
    (void)state;

    on_slurm_need();
    struct screen *s = srun_training(run);
    char *number = number_of_job();

    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    on_slurm_await_end(run);
    screen_close(s);
    folder_await_text(run, "summary.json", "\"stopped\"");
    assert_true(path_is_file(folder_path(run, "model.h5")));
    assert_goes_on(run);
    free(number);
    free(run);
}

/* As with --signal=USR1@30, which reaches the steps of a job that srun began. */
static void test_a_warning_writes_a_checkpoint(void **state)
{
    char *run = on_slurm_run("0001-digits-cpu1");
    (void)state;

    on_slurm_need();
    struct screen *s = srun_training(run);
    char *number = number_of_job();

    assert_fine(on_slurm_program("scancel", "--signal=USR1", number, NULL));
    screen_wait_text(s, "a checkpoint is written now");
    screen_send(s, "q");
    screen_wait_text(s, "stop and keep");
    screen_send(s, "s");
    screen_wait_exit(s);
    screen_close(s);
    free(number);
    free(run);
}

/* The shell has no use for the warning, and dies of it. What it started is then ended as a cluster's control groups do
 * it: here, where Slurm knows processes by their parents alone, by the test. */
static void test_a_warning_kills_the_shell_that_the_program_was_typed_into(void **state)
{
    char *run = on_slurm_run("out"), *line = NULL;
    struct run_status status;
    struct error e = { 0 };
    bool there;
    (void)state;

    on_slurm_need();
    struct screen *s = on_slurm_terminal(
        (const char *const[]){ "srun", "--time=60", "--pty", "bash", "--norc", "--noprofile", NULL });

    assert_true(asprintf(&line, "%s train %s --run %s\r", getenv("CUVETTE_BINARY"),
                         folder_path(on_slurm.folder, "small.ini"), run) > 0);
    screen_send(s, line);
    on_slurm_await_checkpoint(run);
    char *number = number_of_job();

    assert_fine(on_slurm_program("scancel", "--signal=USR1", number, NULL));
    screen_wait_exit(s);
    assert_good(run_status_read(&status, run, &there, &e) && there, e);
    kill(status.process, SIGKILL);
    on_slurm_await_end(run);
    screen_close(s);
    assert_goes_on(run);
    free(number);
    free(line);
    free(run);
}

/* Directly under sshd, without Slurm: HUP, then a terminal that is not there any more. */
static void test_a_terminal_that_goes_away(void **state)
{
    char *run = on_slurm_run("out");
    (void)state;

    struct screen *s = on_slurm_terminal((const char *const[]){
        getenv("CUVETTE_BINARY"), "train", folder_path(on_slurm.folder, "small.ini"), "--run", run, NULL });

    on_slurm_await_checkpoint(run);
    int pid = screen_process(s);

    screen_hang_up(s);
    unlink(folder_path(run, "checkpoint.safetensors"));
    folder_await(run, "checkpoint.safetensors"); /* it trains on */
    assert_int_equal(kill(pid, SIGTERM), 0);
    screen_wait_exit(s);
    screen_close(s);
    folder_await_text(run, "summary.json", "\"stopped\"");
    free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SLURM(test_a_lost_link_is_gone_on_from),
        ON_SLURM(test_a_job_on_a_terminal_that_loses_its_client),
        ON_SLURM(test_one_task_of_several_has_the_screen),
        ON_SLURM(test_a_run_of_a_step_goes_on_as_a_batch_job),
        ON_SLURM(test_a_cancelled_job_on_a_terminal),
        ON_SLURM(test_a_warning_writes_a_checkpoint),
        ON_SLURM(test_a_warning_kills_the_shell_that_the_program_was_typed_into),
        ON_SLURM(test_a_terminal_that_goes_away),
    };

    return cmocka_run_group_tests_name("terminals of jobs", tests, on_slurm_begin, on_slurm_end);
}
