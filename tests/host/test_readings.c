#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "host/job.h"
#include "host/readings.h"
#include "tests/support/folder.h"

static const char *root; /* of the test that runs */

static int setup(void **state)
{
    int failed = folder_setup(state);

    root = *state;
    return failed;
}

static void test_loads_are_differences_between_two_reads(void **state)
{
    struct host_sampler *s;
    struct host_readings r;
    (void)state;

    folder_put(root, "proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 1 1 1\n");
    s = host_sampler_new_below(root);
    assert_non_null(s);
    host_sampler_read(s, &r);
    assert_false(r.cpu_load.known);
    assert_false(r.node_load.known);
    folder_put(root, "proc/stat", "cpu  140 0 120 820 20 0 0 0 0 0\ncpu0 1 1 1 1\n");
    host_sampler_read(s, &r);
    assert_true(r.node_load.known);
    assert_float_equal(r.node_load.value, 0.6, 1e-9);
    host_sampler_free(s);
}

static void test_work_shows_in_the_load_of_this_process(void **state)
{
    struct host_sampler *s = host_sampler_new();
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    host_sampler_read(s, &r);
    assert_true(r.resident.known);
    assert_true(r.resident.value > 0);
    for (clock_t start = clock(); clock() - start < CLOCKS_PER_SEC / 20;)
        ;
    host_sampler_read(s, &r);
    assert_true(r.cpu_load.known);
    assert_true(r.cpu_load.value > 0);
    host_sampler_free(s);
}

static void test_what_cannot_be_read_is_unknown_not_zero(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    host_sampler_read(s, &r);
    host_sampler_read(s, &r);
    assert_false(r.node_load.known);
    assert_false(r.resident.known);
    assert_false(r.memory_used.known);
    assert_false(r.memory_limit.known);
    folder_put(root, "proc/meminfo", "MemTotal: lots\n");
    folder_put(root, "proc/stat", "intr 5\n");
    folder_put(root, "proc/self/statm", "x\n");
    host_sampler_read(s, &r);
    assert_false(r.memory_limit.known);
    assert_false(r.resident.known);
    host_sampler_free(s);
}

static void test_memory_is_the_nodes_without_a_limit_and_the_jobs_with_one(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    folder_put(root, "proc/meminfo", "MemTotal:       1000 kB\nMemFree:  10 kB\nMemAvailable:    400 kB\n");
    host_sampler_read(s, &r);
    assert_float_equal(r.memory_limit.value, 1000 * 1024, 0.5);
    assert_float_equal(r.memory_used.value, 600 * 1024, 0.5);

    folder_put(root, "proc/self/cgroup", "0::/job\n");
    folder_put(root, "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    folder_put(root, "sys/fs/cgroup/job/memory.max", "512000\n");
    folder_put(root, "sys/fs/cgroup/job/memory.current", "100000\n");
    host_sampler_read(s, &r);
    assert_float_equal(r.memory_limit.value, 512000, 0.5);
    assert_float_equal(r.memory_used.value, 100000, 0.5);

    folder_put(root, "sys/fs/cgroup/job/memory.max", "512000000000\n");
    host_sampler_read(s, &r);
    assert_float_equal(r.memory_limit.value, 1000 * 1024, 0.5);
    host_sampler_free(s);
}

static void test_job_from_the_environment(void **state)
{
    char end[32];
    struct job j;
    (void)state;

    unsetenv("SLURM_JOB_ID");
    job_read(&j);
    assert_false(j.inside);
    assert_true(job_seconds_left(&j) < 0);

    snprintf(end, sizeof end, "%lld", (long long)time(NULL) + 3600);
    setenv("SLURM_JOB_ID", "4711", 1);
    setenv("SLURMD_NODENAME", "node017", 1);
    setenv("SLURM_JOB_END_TIME", end, 1);
    job_read(&j);
    assert_true(j.inside);
    assert_string_equal(j.id, "4711");
    assert_string_equal(j.node, "node017");
    assert_true(job_seconds_left(&j) > 3000 && job_seconds_left(&j) <= 3600);

    setenv("SLURM_JOB_END_TIME", "1000", 1);
    job_read(&j);
    assert_float_equal(job_seconds_left(&j), 0, 1e-9);
    setenv("SLURM_JOB_END_TIME", "NONE", 1);
    job_read(&j);
    assert_true(job_seconds_left(&j) < 0);
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURMD_NODENAME");
    unsetenv("SLURM_JOB_END_TIME");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_loads_are_differences_between_two_reads),
        TEST(test_work_shows_in_the_load_of_this_process),
        TEST(test_what_cannot_be_read_is_unknown_not_zero),
        TEST(test_memory_is_the_nodes_without_a_limit_and_the_jobs_with_one),
        TEST(test_job_from_the_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
