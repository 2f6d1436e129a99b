#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/job_check.h"
#include "host/login_node.h"
#include "tests/support/folder.h"

/* Four of sixteen cores, all of them training, and nothing else known. */
static const struct job_facts plain = {
    .job = { .inside = true, .id = "4711", .cores = 4, .gpus_bound = -1 },
    .cores = { .usable = 4, .all = 16, .limit = "" },
    .threads = 4,
    .gpus = -1,
    .gpu_idle = -1,
};

/* Finds just that, in words that hold the text. */
static void assert_finds(const struct job_facts *f, enum job_check check, const char *text)
{
    struct job_finding found[JOB_CHECK_COUNT];
    int count = job_check_look(f, found);

    if (count != 1 || found[0].check != check || !strstr(found[0].words, text))
        fail_msg("found %d, the first: %s", count, count > 0 ? found[0].words : "none");
}

static int count_of(const struct job_facts *f)
{
    struct job_finding found[JOB_CHECK_COUNT];

    return job_check_look(f, found);
}

static void test_a_job_that_is_used_as_it_is_has_nothing_odd(void **state)
{
    struct job_facts gpu = plain, nothing = { .cores = { .usable = 1, .all = 1 }, .gpus = -1, .gpu_idle = -1 };
    (void)state;

    assert_int_equal(count_of(&plain), 0);
    assert_int_equal(count_of(&nothing), 0);
    gpu.job.gpu_count = gpu.gpus = 1;
    gpu.job.gpus_bound = 1;
    gpu.on_gpus = 1;
    gpu.threads = 0;
    gpu.gpu_idle = 100;
    assert_int_equal(count_of(&gpu), 0);
}

static void test_threads_that_are_not_as_many_as_cores(void **state)
{
    struct job_facts f = plain;
    (void)state;

    f.threads = 16;
    assert_finds(&f, JOB_CHECK_threads, "16 threads share 4 cores: --device cpu");
    f.threads = 1;
    assert_finds(&f, JOB_CHECK_threads, "1 thread trains and 4 cores are there");
    f.job.inside = false; /* on a desk somebody may want that */
    assert_int_equal(count_of(&f), 0);
}

static void test_a_step_with_fewer_cores_than_its_job(void **state)
{
    struct job_facts f = plain;
    (void)state;

    f.job.cores = 16;
    assert_finds(&f, JOB_CHECK_step_cores, "srun --cpus-per-task=16");
    f.ranks = 4; /* the others have the rest */
    assert_int_equal(count_of(&f), 0);
}

static void test_gpus_that_are_paid_for_and_not_used(void **state)
{
    struct job_facts f = plain;
    (void)state;

    f.job.gpu_count = 1;
    f.job.gpus_bound = 0;
    f.gpus = 0;
    assert_finds(&f, JOB_CHECK_gpu_not_bound, "srun --gres=gpu:1");
    f.job.gpus_bound = 1;
    assert_finds(&f, JOB_CHECK_gpu_not_usable, "cuvette devices");
    f.gpus = 1;
    assert_finds(&f, JOB_CHECK_gpu_unused, "--device cuda:0");
    f.job.gpu_count = f.gpus = 4;
    f.on_gpus = 1;
    assert_finds(&f, JOB_CHECK_gpu_unused, "holds 4 GPUs and 1 trains: --gres=gpu:1");
    f.on_gpus = 3;
    assert_finds(&f, JOB_CHECK_gpu_unused, "holds 4 GPUs and 3 train: --gres=gpu:3");
    f.on_gpus = 4;
    assert_int_equal(count_of(&f), 0);
}

static void test_a_gpu_that_idles_is_told_before_sites_cancel(void **state)
{
    struct job_facts f = plain;
    (void)state;

    f.job.gpu_count = f.job.gpus_bound = f.gpus = 1;
    f.on_gpus = 1;
    f.gpu_idle = 599;
    assert_int_equal(count_of(&f), 0);
    f.gpu_idle = 720;
    assert_finds(&f, JOB_CHECK_gpu_idle, "idles for 12 min");
    f.job.gpu_count = 0; /* nobody cancels that */
    assert_int_equal(count_of(&f), 0);
}

static void test_memory_and_quota_that_run_out(void **state)
{
    struct job_facts f = plain;
    (void)state;

    f.memory_limit = reading_of(16.0 * (1 << 30));
    f.memory_used = reading_of(15.0 * (1 << 30));
    assert_finds(&f, JOB_CHECK_memory, "memory is 94 % full: ask for more with --mem=21G");
    f.memory_used = reading_of(14.0 * (1 << 30));
    assert_int_equal(count_of(&f), 0);
    f.throttled = reading_of(0.5);
    assert_finds(&f, JOB_CHECK_throttling, "50 % of its periods");
}

static void test_where_runs_are_kept(void **state)
{
    struct job_facts f = plain;
    (void)state;

    strcpy(f.runs, "/home/me/runs");
    assert_int_equal(count_of(&f), 0);
    f.room = reading_of(100e6);
    assert_finds(&f, JOB_CHECK_room, "95.4 M left for runs in /home/me/runs");
    f.room = reading_of(1e12);
    strcpy(f.runs, "/scratch/me/runs");
    assert_finds(&f, JOB_CHECK_purged, "delete old files");
    setenv("SCRATCH", "/lustre/me/", 1); /* as some sites write it */
    strcpy(f.runs, "/lustre/me/runs");
    assert_finds(&f, JOB_CHECK_purged, "delete old files");
    unsetenv("SCRATCH");
    strcpy(f.runs, "/tmp/runs");
    assert_finds(&f, JOB_CHECK_purged, "may go with the job");
    f.job.inside = false;
    assert_int_equal(count_of(&f), 0);
}

static void test_the_folder_of_runs_may_not_be_there_yet(void **state)
{
    struct job_facts f = plain;

    setenv("CUVETTE_RUNS", folder_path(*state, "not/yet"), 1);
    job_check_look_at_runs(&f);
    assert_true(f.room.known && f.room.value > 0);
    assert_string_equal(f.runs, folder_path(*state, "not/yet"));
    setenv("CUVETTE_RUNS", "not-there-yet", 1);
    job_check_look_at_runs(&f);
    assert_true(f.room.known && f.room.value > 0);
    unsetenv("CUVETTE_RUNS");
}

static struct job on(const char *node)
{
    struct job job = { .inside = false };

    snprintf(job.node, sizeof job.node, "%s", node);
    return job;
}

static void test_a_login_node_has_srun_and_its_name(void **state)
{
    static const char *const login[] = { "login3", "eslogin001", "LOGIN.cluster.org", "fe01", "ln12", "head",
                                         "hpc-frontend" };
    static const char *const others[] = { "laptop", "feather", "node017", "headphones", "gpu-a100-3", "lnx" };
    char *before = strdup(getenv("PATH"));
    struct job job = on("login3");
    struct error e = { 0 };

    setenv("PATH", folder_path(*state, "bin"), 1);
    assert_false(login_node_is(&job)); /* no Slurm */
    assert_int_equal(chmod(folder_put(*state, "bin/srun", "#!/bin/sh\n"), 0700), 0);
    for (size_t i = 0; i < sizeof login / sizeof *login; i++) {
        job = on(login[i]);
        if (!login_node_is(&job))
            fail_msg("%s is taken for none", login[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        job = on(others[i]);
        if (login_node_is(&job))
            fail_msg("%s is taken for a login node", others[i]);
    }
    job = on("login3");
    assert_false(login_node_check(&job, &e));
    assert_int_equal(e.kind, ERROR_USAGE);
    assert_non_null(strstr(e.text, "login3 is a login node"));
    job.inside = true; /* some sites give jobs there */
    assert_true(login_node_check(&job, &e));
    setenv("PATH", before, 1);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job_that_is_used_as_it_is_has_nothing_odd),
        cmocka_unit_test(test_threads_that_are_not_as_many_as_cores),
        cmocka_unit_test(test_a_step_with_fewer_cores_than_its_job),
        cmocka_unit_test(test_gpus_that_are_paid_for_and_not_used),
        cmocka_unit_test(test_a_gpu_that_idles_is_told_before_sites_cancel),
        cmocka_unit_test(test_memory_and_quota_that_run_out),
        cmocka_unit_test(test_where_runs_are_kept),
        cmocka_unit_test_setup_teardown(test_the_folder_of_runs_may_not_be_there_yet, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_login_node_has_srun_and_its_name, folder_setup, folder_teardown),
    };

    unsetenv("SCRATCH");
    unsetenv("PSCRATCH");
    unsetenv("SLURM_TMPDIR");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
