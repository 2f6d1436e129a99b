/* Jobs of several ranks on a real Slurm of one node, by the script that `cuvette sbatch` writes. Skipped where Slurm is
 * not installed, where it cannot start ranks of MPI, and on one core. */
#include "tests/support/check.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/path.h"
#include "host/cores.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/mpirun.h"
#include "tests/support/on_slurm.h"

/* "pmix", or "pmi2": for which there is Slurm's part, and the plug-in. NULL: neither. */
static const char *kind_of_mpi(void)
{
    static const char *const kinds[][2] = { { "pmix", "openmpi" }, { "pmi2", "mpich" } };
    struct process *p = on_slurm_program("srun", "--mpi=list", NULL, NULL);
    const char *found = NULL;

    for (size_t i = 0; !found && i < sizeof kinds / sizeof *kinds; i++)
        if ((strstr(p->out, kinds[i][0]) || strstr(p->err, kinds[i][0])) && mpirun_plugin(kinds[i][1]))
            found = kinds[i][0];
    process_free(p);
    return found;
}

/* A job of two ranks; its number, to be freed. */
static char *submit(void)
{
    const char *mpi;
    struct process *p;
    char *number = NULL;
    int job = 0;

    on_slurm_need();
    mpi = kind_of_mpi();
    if (!mpi || cores_count().usable < 2)
        skip();
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    p = process_cuvette(on_slurm.folder, "sbatch", "small.ini", "--submit", "--mem", "200M", "--cpus", "1",
                        "--ntasks-per-node", "2", "--mpi", mpi, NULL);
    if (p->exit_code != 0 || sscanf(p->out, "job %d is queued", &job) != 1)
        fail_msg("%s%s", p->out, p->err);
    process_free(p);
    assert_true(asprintf(&number, "%d", job) > 0);
    return number;
}

/* The run of a job, or the log beside it. */
static char *path_of(const char *number, const char *ending)
{
    char name[128];

    snprintf(name, sizeof name, "small-%s%s", number, ending);
    return on_slurm_run(name);
}

static bool holds(const char *path, const char *word)
{
    static char text[1 << 17];
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        fclose(file);
    text[size] = '\0';
    for (const char *at = text; at < text + size; at += strlen(at) + 1)
        if (strstr(at, word))
            return true;
    return false;
}

/* The process that is a rank of the job: Slurm calls each by its number. */
static int rank_of(const char *number, int rank)
{
    char job[64], task[64];
    DIR *all = opendir("/proc");
    int found = 0;

    assert_non_null(all);
    snprintf(job, sizeof job, "SLURM_JOB_ID=%s", number);
    snprintf(task, sizeof task, "SLURM_PROCID=%d", rank);
    for (struct dirent *entry; !found && (entry = readdir(all)) != NULL;) {
        char words[PATH_SIZE], variables[PATH_SIZE];

        snprintf(words, sizeof words, "/proc/%.20s/cmdline", entry->d_name);
        snprintf(variables, sizeof variables, "/proc/%.20s/environ", entry->d_name);
        if (atoi(entry->d_name) > 0 && holds(words, "--resume") && !holds(words, "--mpi=") && holds(variables, task) &&
            holds(variables, job))
            found = atoi(entry->d_name);
    }
    closedir(all);
    if (!found)
        fail_msg("there is no rank %d of job %s", rank, number);
    return found;
}

static void await_job(const char *number)
{
    char after[128];

    snprintf(after, sizeof after, "--dependency=afterany:%s", number);
    assert_fine(on_slurm_program("srun", after, "--ntasks=1", "true"));
}

static void test_a_job_of_two_ranks_is_one_run(void **state)
{
    (void)state;

    on_slurm_need();
    on_slurm_quick_recipe(3);
    char *number = submit(), *run = path_of(number, ""), *log = path_of(number, ".log");
    struct summary summary;
    struct error e = { 0 };

    await_job(number);
    folder_await_text(on_slurm.runs, path_name(log), "\n2 ranks on 1 node, 256 images each\n");
    assert_good(summary_read(&summary, folder_path(run, "summary.json"), &e), e);
    assert_string_equal(summary.state, "finished");
    assert_int_equal(summary.ranks, 2);
    assert_int_equal(summary.epochs, 3);
    free(number);
    free(run);
    free(log);
}

/* As Slurm tells ranks that the time is nearly over: rank 0 saves, and the job comes back and goes on. */
static void test_a_job_that_is_told_comes_back_and_goes_on(void **state)
{
    (void)state;

    char *number = submit(), *run = path_of(number, ""), *log = path_of(number, ".log");

    on_slurm_await_checkpoint(run);
    assert_fine(on_slurm_program("scancel", "--signal=TERM", number, NULL));
    folder_await_text(on_slurm.runs, path_name(log), "the job is queued again to go on with it");
    folder_await_text(on_slurm.runs, path_name(log), "goes on after epoch");
    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    await_job(number);
    assert_goes_on(run);
    free(number);
    free(run);
    free(log);
}

/* The job is told by the one that is left, and comes back with a rank in the place of the lost one. `kept`: what that
 * one says of the run. */
static void assert_comes_back_without(int rank, const char *kept)
{
    char who[64];
    char *number = submit(), *run = path_of(number, ""), *log = path_of(number, ".log");

    snprintf(who, sizeof who, "cuvette: rank %d on node ", rank);
    on_slurm_await_checkpoint(run);
    assert_int_equal(kill(rank_of(number, rank), SIGKILL), 0);
    folder_await_text(on_slurm.runs, path_name(log), who);
    folder_await_text(on_slurm.runs, path_name(log), " has ended without a word: it was killed, or it crashed; ");
    folder_await_text(on_slurm.runs, path_name(log), kept);
    folder_await_text(on_slurm.runs, path_name(log), "the job is queued again to go on with it");
    folder_await_text(on_slurm.runs, path_name(log), "goes on after epoch");
    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    await_job(number);
    assert_goes_on(run);
    free(number);
    free(run);
    free(log);
}

static void test_a_job_that_loses_a_rank_comes_back_and_goes_on(void **state)
{
    (void)state;
    assert_comes_back_without(1, "what was learned is in ");
}

/* Which alone writes the run's folder. */
static void test_a_job_that_loses_rank_0_comes_back_to_its_last_checkpoint(void **state)
{
    (void)state;
    assert_comes_back_without(0, "its last checkpoint has ");
}

/* Slurm does not notice that; the patience of the others decides, which is 50 seconds. */
static void test_a_job_with_a_rank_that_hangs_ends_in_time(void **state)
{
    (void)state;

    char *number = submit(), *run = path_of(number, ""), *log = path_of(number, ".log");

    on_slurm_await_checkpoint(run);
    assert_int_equal(kill(rank_of(number, 1), SIGSTOP), 0);
    folder_await_text(on_slurm.runs, path_name(log),
                      " has not answered for 50 seconds: it hangs, or its node is cut off");
    folder_await_text(on_slurm.runs, path_name(log), "the job is queued again to go on with it");
    folder_await_text(on_slurm.runs, path_name(log), "goes on after epoch");
    assert_fine(on_slurm_program("scancel", number, NULL, NULL));
    await_job(number);
    assert_goes_on(run);
    free(number);
    free(run);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SLURM(test_a_job_of_two_ranks_is_one_run),
        ON_SLURM(test_a_job_that_is_told_comes_back_and_goes_on),
        ON_SLURM(test_a_job_that_loses_a_rank_comes_back_and_goes_on),
        ON_SLURM(test_a_job_that_loses_rank_0_comes_back_to_its_last_checkpoint),
        ON_SLURM(test_a_job_with_a_rank_that_hangs_ends_in_time),
    };

    return cmocka_run_group_tests(tests, on_slurm_begin, on_slurm_end);
}
