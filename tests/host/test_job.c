#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "host/job.h"
#include "host/job_request.h"

static void forget(void)
{
    static const char *const names[] = {
        "SLURM_JOB_ID", "SLURM_JOB_NAME", "SLURM_JOB_PARTITION", "SLURM_JOB_ACCOUNT", "SLURM_PTY_PORT",
        "SLURM_CPUS_ON_NODE", "SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_CPU", "SLURM_MEM_PER_NODE", "SLURM_JOB_GPUS",
        "SLURM_STEP_GPUS", "SLURM_GPUS_ON_NODE", "CUDA_VISIBLE_DEVICES", "SLURM_JOB_START_TIME",
        "SLURM_JOB_END_TIME", "SLURMD_NODENAME",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static int clean(void **state)
{
    (void)state;
    forget();
    return 0;
}

static void test_outside_a_job_all_is_unknown(void **state)
{
    struct job j;
    (void)state;

    setenv("SLURM_JOB_NAME", "left over", 1);
    job_read(&j);
    assert_false(j.inside);
    assert_string_equal(j.name, "");
    assert_true(strlen(j.node) > 0);
    assert_true(job_seconds_left(&j) < 0 && job_seconds_used(&j) < 0);
}

static void test_facts_of_a_job_come_from_the_environment(void **state)
{
    struct job j;
    (void)state;

    setenv("SLURM_JOB_ID", "4711", 1);
    setenv("SLURM_JOB_NAME", "my\033[31m net", 1);
    setenv("SLURM_JOB_PARTITION", "gpu", 1);
    setenv("SLURMD_NODENAME", "node017", 1);
    setenv("SLURM_CPUS_ON_NODE", "8", 1);
    setenv("SLURM_MEM_PER_CPU", "2048", 1);
    setenv("SLURM_PTY_PORT", "4000", 1);
    job_read(&j);
    assert_true(j.inside && j.interactive);
    assert_string_equal(j.id, "4711");
    assert_string_equal(j.name, "my?[31m net");
    assert_string_equal(j.partition, "gpu");
    assert_string_equal(j.account, "");
    assert_string_equal(j.node, "node017");
    assert_int_equal(j.cores, 8);
    assert_int_equal(j.memory, (uint64_t)16 << 30);
    assert_int_equal(j.gpu_count, 0);
    assert_int_equal(j.gpus_bound, -1);

    unsetenv("SLURM_MEM_PER_CPU");
    setenv("SLURM_MEM_PER_NODE", "512", 1);
    job_read(&j);
    assert_int_equal(j.memory, 512 << 20);
}

static void test_gpus_are_those_of_the_step_and_those_that_are_bound(void **state)
{
    struct job j;
    (void)state;

    setenv("SLURM_JOB_ID", "4711", 1);
    setenv("SLURM_JOB_GPUS", "0,1,3", 1);
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    job_read(&j);
    assert_int_equal(j.gpu_count, 3);
    assert_int_equal(j.gpus_bound, 0);
    setenv("SLURM_STEP_GPUS", "3", 1);
    setenv("CUDA_VISIBLE_DEVICES", "0", 1);
    job_read(&j);
    assert_string_equal(j.gpus, "3");
    assert_int_equal(j.gpu_count, 1);
    assert_int_equal(j.gpus_bound, 1);
    setenv("CUDA_VISIBLE_DEVICES", "NoDevFiles", 1);
    job_read(&j);
    assert_int_equal(j.gpus_bound, 0);
}

static void test_the_time_of_a_job_is_told_by_newer_versions(void **state)
{
    const long now = (long)time(NULL);
    char text[32];
    struct job j;
    (void)state;

    setenv("SLURM_JOB_ID", "4711", 1);
    snprintf(text, sizeof text, "%ld", now + 3600);
    setenv("SLURM_JOB_END_TIME", text, 1);
    snprintf(text, sizeof text, "%ld", now - 60);
    setenv("SLURM_JOB_START_TIME", text, 1);
    job_read(&j);
    assert_true(job_seconds_left(&j) > 3000 && job_seconds_left(&j) <= 3600);
    assert_true(job_seconds_used(&j) >= 60 && job_seconds_used(&j) < 600);

    setenv("SLURM_JOB_END_TIME", "1000", 1);
    job_read(&j);
    assert_float_equal(job_seconds_left(&j), 0, 1e-9);
    setenv("SLURM_JOB_END_TIME", "NONE", 1);
    job_read(&j);
    assert_true(job_seconds_left(&j) < 0);
}

static void test_a_request_is_what_srun_and_sbatch_take(void **state)
{
    char text[256];
    (void)state;

    const struct job_request all = {
        .cores = 4, .gpus = 1, .memory = (uint64_t)3 << 30, .seconds = 1150, .partition = "gpu", .account = "a1"
    };
    assert_true(job_request_options(&all, text, sizeof text));
    assert_string_equal(text, "--cpus-per-task=4 --mem=3G --time=0:20:00 --gres=gpu:1 --partition=gpu --account=a1");
    const struct job_request some = { .memory = 700 << 20, .seconds = 90061, .partition = "" };
    assert_true(job_request_options(&some, text, sizeof text));
    assert_string_equal(text, "--mem=700M --time=1-01:02:00");
    const struct job_request odd = { .memory = ((uint64_t)1 << 20) + 1 };
    assert_true(job_request_options(&odd, text, sizeof text));
    assert_string_equal(text, "--mem=1025K");
    const struct job_request none = { 0 };
    assert_true(job_request_options(&none, text, sizeof text));
    assert_string_equal(text, "");
    assert_false(job_request_options(&all, text, 40));
}

#define JOB_TEST(test) cmocka_unit_test_setup_teardown(test, clean, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOB_TEST(test_outside_a_job_all_is_unknown),
        JOB_TEST(test_facts_of_a_job_come_from_the_environment),
        JOB_TEST(test_gpus_are_those_of_the_step_and_those_that_are_bound),
        JOB_TEST(test_the_time_of_a_job_is_told_by_newer_versions),
        JOB_TEST(test_a_request_is_what_srun_and_sbatch_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
