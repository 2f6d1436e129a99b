#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/cgroup.h"
#include "host/cores.h"
#include "tests/support/folder.h"

static const char *root; /* of the test that runs */

static int setup(void **state)
{
    unsetenv("SLURM_CPUS_PER_TASK");
    int failed = folder_setup(state);
    root = *state;
    return failed;
}

static int teardown(void **state)
{
    unsetenv("SLURM_CPUS_PER_TASK");
    return folder_teardown(state);
}

static int affinity(void)
{
    cpu_set_t set;

    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    return CPU_COUNT(&set);
}

static const char mounts_version2[] =
    "22 1 0:20 / /proc rw,nosuid - proc proc rw\n"
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

static const char mounts_version1[] =
    "33 32 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "34 32 0:29 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory\n"
    "35 32 0:30 / /sys/fs/cgroup/unified rw shared:11 - cgroup2 cgroup2 rw\n";

/* The groups that the process is in, and where their files are. */
static void join(const char *groups, const char *mounts)
{
    folder_put(root, "proc/self/cgroup", groups);
    folder_put(root, "proc/self/mountinfo", mounts);
}

static void put(const char *file, const char *text)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "sys/fs/cgroup/%s", file);
    folder_put(root, path, text);
}

static void assert_memory(uint64_t limit, uint64_t used, uint64_t kills)
{
    struct cgroup_memory memory;

    assert_true(cgroup_memory_read(root, &memory));
    assert_int_equal(memory.limit, limit);
    assert_int_equal(memory.used, used);
    assert_int_equal(memory.kills, kills);
}

static void test_the_node_alone_decides_when_nothing_limits(void **state)
{
    char list[64];
    (void)state;

    snprintf(list, sizeof list, "0-%d\n", affinity() - 1);
    folder_put(root, "sys/devices/system/cpu/online", list);
    struct cores c = cores_count_below(root);
    assert_int_equal(c.all, affinity());
    assert_int_equal(c.usable, affinity());
    assert_string_equal(c.limit, "");
}

static void test_affinity_mask_on_a_larger_node(void **state)
{
    (void)state;

    folder_put(root, "sys/devices/system/cpu/online", "0-4095,5000,6000-6001\n");
    struct cores c = cores_count_below(root);
    assert_int_equal(c.all, 4099);
    assert_int_equal(c.usable, affinity());
    assert_string_equal(c.limit, "affinity mask");
}

static void test_own_mask_narrows(void **state)
{
    cpu_set_t before, one;
    (void)state;

    if (affinity() < 2)
        skip();
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    for (int i = 0; CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &before))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    struct cores c = cores_count();
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(c.usable, 1);
    assert_true(c.all > 1);
    assert_string_equal(c.limit, "affinity mask");
}

static void test_quota_of_version_2_is_the_smallest_on_the_way_up(void **state)
{
    double processors;
    (void)state;

    join("0::/slurm/job_7/step_0\n", mounts_version2);
    put("slurm/job_7/step_0/cpu.max", "max 100000\n");
    assert_false(cgroup_processors(root, &processors));
    put("slurm/job_7/cpu.max", "250000 100000\n");
    put("slurm/cpu.max", "800000 100000\n");
    assert_true(cgroup_processors(root, &processors));
    assert_float_equal(processors, 2.5, 1e-9);
    put("slurm/job_7/cpu.max", "50000 100000\n");
    struct cores c = cores_count_below(root);
    assert_int_equal(c.usable, 1);
}

static void test_quota_of_version_1_beside_an_empty_version_2(void **state)
{
    double processors;
    (void)state;

    join("0::/\n5:cpuset:/x\n4:cpu,cpuacct:/batch/job\n3:memory:/batch/job\n", mounts_version1);
    put("cpu,cpuacct/batch/job/cpu.cfs_quota_us", "-1\n");
    put("cpu,cpuacct/batch/job/cpu.cfs_period_us", "100000\n");
    assert_false(cgroup_processors(root, &processors));
    put("cpu,cpuacct/batch/cpu.cfs_quota_us", "150000\n");
    put("cpu,cpuacct/batch/cpu.cfs_period_us", "50000\n");
    assert_true(cgroup_processors(root, &processors));
    assert_float_equal(processors, 3.0, 1e-9);
}

static void test_a_container_sees_its_own_group_as_the_top(void **state)
{
    double processors;
    (void)state;

    join("4:cpu:/docker/abc\n", "33 32 0:28 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
    put("cpu/cpu.cfs_quota_us", "200000\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    assert_true(cgroup_processors(root, &processors));
    assert_float_equal(processors, 2.0, 1e-9);
}

static void test_quota_says_that_it_decided(void **state)
{
    (void)state;

    if (affinity() < 2)
        skip();
    folder_put(root, "sys/devices/system/cpu/online", "0-127\n");
    join("0::/\n", mounts_version2);
    put("cpu.max", "190000 100000\n");
    struct cores c = cores_count_below(root);
    assert_int_equal(c.usable, 1);
    assert_int_equal(c.all, 128);
    assert_string_equal(c.limit, "cgroup quota");
}

static void test_slurm_variable_limits_but_never_widens(void **state)
{
    (void)state;

    if (affinity() < 2)
        skip();
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    assert_int_equal(cores_count_below(root).usable, 1);
    assert_string_equal(cores_count_below(root).limit, "SLURM_CPUS_PER_TASK");
    setenv("SLURM_CPUS_PER_TASK", "100000", 1);
    assert_int_equal(cores_count_below(root).usable, affinity());
    setenv("SLURM_CPUS_PER_TASK", "four", 1);
    assert_int_equal(cores_count_below(root).usable, affinity());
    setenv("SLURM_CPUS_PER_TASK", "0", 1);
    assert_int_equal(cores_count_below(root).usable, affinity());
}

static void test_garbage_is_no_limit(void **state)
{
    double processors;
    struct cgroup_memory memory;
    (void)state;

    assert_false(cgroup_processors(root, &processors));
    join("garbage\n:\n0:\n0::/../..\n", "1 2\nx - y\n30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    put("cpu.max", "a lot\n");
    put("memory.max", "");
    folder_put(root, "sys/devices/system/cpu/online", "9-3,\n");
    assert_false(cgroup_processors(root, &processors));
    assert_false(cgroup_memory_read(root, &memory));
    assert_true(cores_count_below(root).usable >= 1);
}

static void test_memory_limit_leaves_reclaimable_cache_out(void **state)
{
    struct cgroup_memory memory;
    (void)state;

    join("0::/job\n", mounts_version2);
    put("job/memory.max", "max\n");
    assert_false(cgroup_memory_read(root, &memory));
    put("job/memory.max", "17179869184\n");
    put("job/memory.current", "3000000000\n");
    put("job/memory.stat", "anon 1000\ninactive_file 1000000000\nactive_file 5\n");
    assert_memory(17179869184, 2000000000, 0);
    put("job/memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n");
    assert_memory(17179869184, 2000000000, 2);
}

static void test_memory_of_version_1_knows_its_word_for_unlimited(void **state)
{
    struct cgroup_memory memory;
    (void)state;

    join("3:memory:/batch/job\n0::/\n", mounts_version1);
    put("memory/batch/job/memory.limit_in_bytes", "9223372036854771712\n");
    put("memory/batch/job/memory.usage_in_bytes", "1\n");
    assert_false(cgroup_memory_read(root, &memory));
    put("memory/batch/memory.limit_in_bytes", "1000000\n");
    put("memory/batch/memory.usage_in_bytes", "400000\n");
    assert_memory(1000000, 400000, 0);
    put("memory/batch/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    assert_memory(1000000, 400000, 1);
}

static void test_throttling_is_that_of_the_group_with_the_quota(void **state)
{
    struct cgroup_throttling t;
    (void)state;

    join("4:cpu,cpuacct:/batch/job\n", mounts_version1);
    put("cpu,cpuacct/batch/job/cpu.cfs_quota_us", "-1\n");
    put("cpu,cpuacct/batch/job/cpu.stat", "nr_periods 7\nnr_throttled 7\n");
    assert_false(cgroup_throttling_read(root, &t));
    put("cpu,cpuacct/batch/cpu.cfs_quota_us", "150000\n");
    put("cpu,cpuacct/batch/cpu.cfs_period_us", "50000\n");
    put("cpu,cpuacct/batch/cpu.stat", "nr_periods 50\nnr_throttled 20\nthrottled_time 99\n");
    assert_true(cgroup_throttling_read(root, &t));
    assert_float_equal(t.periods, 50, 1e-9);
    assert_float_equal(t.throttled, 20, 1e-9);
}

static void test_model_from_cpuinfo_or_the_architecture(void **state)
{
    char model[64];
    (void)state;

    cores_model_below(root, model, sizeof model);
    assert_true(strlen(model) > 0);
    folder_put(root, "proc/cpuinfo", "processor\t: 0\nvendor_id\t: x\nmodel name\t: AMD EPYC 7763 64-Core Processor\n");
    cores_model_below(root, model, sizeof model);
    assert_string_equal(model, "AMD EPYC 7763 64-Core Processor");
}

static void test_model_of_an_arm64_by_its_numbers(void **state)
{
    char model[64], none[64];
    (void)state;

    cores_model_below(root, none, sizeof none);
    folder_put(root, "proc/cpuinfo",
               "processor\t: 0\nBogoMIPS\t: 2000.00\nFeatures\t: fp asimd bf16\nCPU implementer\t: 0x41\n"
               "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd4f\nCPU revision\t: 0\n\n");
    cores_model_below(root, model, sizeof model);
    assert_string_equal(model, "Arm Neoverse V2");
    folder_put(root, "proc/cpuinfo", "CPU implementer\t: 0x7e\nCPU part\t: 0xd4f\n");
    cores_model_below(root, model, sizeof model);
    assert_string_equal(model, none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_node_alone_decides_when_nothing_limits),
        TEST(test_affinity_mask_on_a_larger_node),
        TEST(test_own_mask_narrows),
        TEST(test_quota_of_version_2_is_the_smallest_on_the_way_up),
        TEST(test_quota_of_version_1_beside_an_empty_version_2),
        TEST(test_a_container_sees_its_own_group_as_the_top),
        TEST(test_quota_says_that_it_decided),
        TEST(test_slurm_variable_limits_but_never_widens),
        TEST(test_garbage_is_no_limit),
        TEST(test_memory_limit_leaves_reclaimable_cache_out),
        TEST(test_memory_of_version_1_knows_its_word_for_unlimited),
        TEST(test_throttling_is_that_of_the_group_with_the_quota),
        TEST(test_model_from_cpuinfo_or_the_architecture),
        TEST(test_model_of_an_arm64_by_its_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
