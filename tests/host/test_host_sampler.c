#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "host/cores.h"
#include "host/host_sampler.h"
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
    assert_false(r.memory.used.known);
    assert_false(r.memory.limit.known || r.memory.kills.known || r.throttled.known);
    assert_false(r.disk_read.known || r.disk_write.known);
    assert_false(r.node_disk_read.known || r.node_disk_write.known);
    assert_false(r.network_in.known || r.network_out.known);
    for (int i = 0; i < r.core_count; i++)
        assert_false(r.cores[i].load.known);
    folder_put(root, "proc/meminfo", "MemTotal: lots\n");
    folder_put(root, "proc/stat", "intr 5\n");
    folder_put(root, "proc/self/statm", "x\n");
    host_sampler_read(s, &r);
    assert_false(r.memory.limit.known);
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
    assert_float_equal(r.memory.limit.value, 1000 * 1024, 0.5);
    assert_float_equal(r.memory.used.value, 600 * 1024, 0.5);

    folder_put(root, "proc/self/cgroup", "0::/job\n");
    folder_put(root, "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    folder_put(root, "sys/fs/cgroup/job/memory.max", "512000\n");
    folder_put(root, "sys/fs/cgroup/job/memory.current", "100000\n");
    host_sampler_read(s, &r);
    assert_float_equal(r.memory.limit.value, 512000, 0.5);
    assert_float_equal(r.memory.used.value, 100000, 0.5);

    folder_put(root, "sys/fs/cgroup/job/memory.max", "512000000000\n");
    host_sampler_read(s, &r);
    assert_float_equal(r.memory.limit.value, 1000 * 1024, 0.5);
    host_sampler_free(s);
}

static void test_each_core_this_process_may_use_has_its_load(void **state)
{
    struct host_readings r;
    char stat[512];
    int core, listed = cores_list(&core, 1);
    (void)state;

    assert_int_equal(listed, 1);
    snprintf(stat, sizeof stat, "cpu  9 9 9 9\ncpu%d 100 0 100 800 0 0 0 0\ncpu99999 1 1 1 1\nintr 5\n", core);
    folder_put(root, "proc/stat", stat);
    struct host_sampler *s = host_sampler_new_below(root);
    assert_non_null(s);
    host_sampler_read(s, &r);
    assert_true(r.core_count >= 1);
    assert_int_equal(r.cores[0].core, core);
    assert_false(r.cores[0].load.known);

    snprintf(stat, sizeof stat, "cpu  9 9 9 9\ncpu%d 120 0 105 810 65 0 0 0\ncpu99999 9 9 9 9\n", core);
    folder_put(root, "proc/stat", stat);
    host_sampler_read(s, &r);
    assert_true(r.cores[0].load.known);
    assert_float_equal(r.cores[0].load.value, 0.25, 1e-9);
    for (int i = 1; i < r.core_count; i++) {
        assert_true(r.cores[i].core > r.cores[i - 1].core);
        assert_false(r.cores[i].load.known); /* the file does not tell them */
    }
    host_sampler_free(s);
}

/* Of a process that rests nothing is its own. */
static void test_what_the_cores_did_for_others_is_told(void **state)
{
    struct host_readings r;
    int cores[CORES_SHOWN_MAX], count = cores_list(cores, CORES_SHOWN_MAX);
    char stat[CORES_SHOWN_MAX * 40];
    (void)state;

    struct host_sampler *s = host_sampler_new_below(root);
    assert_non_null(s);
    for (int busy = 0; busy <= 1; busy++) {
        size_t used = (size_t)snprintf(stat, sizeof stat, "cpu  9 9 9 9\n");

        for (int i = 0; i < count; i++)
            used += (size_t)snprintf(stat + used, sizeof stat - used, "cpu%d %d 0 0 %d 0 0 0 0\n", cores[i],
                                     100 + 50 * busy, 100 + 50 * busy);
        folder_put(root, "proc/stat", stat);
        host_sampler_read(s, &r);
        assert_int_equal(r.others_load.known, busy);
    }
    double own = r.cpu_load.value * cores_count_below(root).usable / count;
    assert_float_equal(r.others_load.value, fmax(0.5 - own, 0), 1e-9);
    host_sampler_free(s);
}

static void put_disks(const char *process, const char *disks)
{
    folder_put(root, "proc/self/io", process);
    folder_put(root, "proc/diskstats", disks);
}

/* The time between two reads is unknown, so only ratios of rates can be tested. */
static void test_disks_are_counted_once_and_apart_from_what_is_made_of_them(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    folder_put(root, "sys/block/sda/device/model", "");
    folder_put(root, "sys/block/nvme0n1/device/model", "");
    folder_put(root, "sys/block/dm-0/size", "");
    put_disks("rchar: 9\nread_bytes: 1000\nwrite_bytes: 5000\ncancelled_write_bytes: 0\n",
              "   8 0 sda 5 0 10 0 6 0 20 0 0 0 0\n   8 1 sda1 5 0 10 0 6 0 20 0 0 0 0\n"
              " 259 0 nvme0n1 5 0 100 0 6 0 200 0 0 0 0\n 253 0 dm-0 5 0 1 0 6 0 1 0 0 0 0\n");
    host_sampler_read(s, &r);
    assert_false(r.disk_read.known);
    assert_false(r.node_disk_read.known);

    put_disks("rchar: 99\nread_bytes: 1512\nwrite_bytes: 5512\ncancelled_write_bytes: 0\n",
              "   8 0 sda 5 0 12 0 6 0 25 0 0 0 0\n   8 1 sda1 5 0 999 0 6 0 999 0 0 0 0\n"
              " 259 0 nvme0n1 5 0 101 0 6 0 202 0 0 0 0\n 253 0 dm-0 5 0 99 0 6 0 99 0 0 0 0\n");
    host_sampler_read(s, &r);
    assert_true(r.disk_read.known && r.disk_write.known && r.node_disk_read.known && r.node_disk_write.known);
    assert_true(r.disk_read.value > 0); /* one sector */
    assert_float_equal(r.disk_write.value / r.disk_read.value, 1, 1e-9);
    assert_float_equal(r.node_disk_read.value / r.disk_read.value, 3, 1e-9);
    assert_float_equal(r.node_disk_write.value / r.disk_read.value, 7, 1e-9);
    host_sampler_free(s);
}

static void put_network(int more_in, int more_out, const char *more)
{
    char text[1024];

    snprintf(text, sizeof text,
             "Inter-|   Receive                            |  Transmit\n"
             " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
             "    lo: %d 1 0 0 0 0 0 0 %d 1 0 0 0 0 0 0\n"
             "  eth0: %d 1 0 0 0 0 0 0 %d 1 0 0 0 0 0 0\n"
             " bond0:%d 1 0 0 0 0 0 0 %d 1 0 0 0 0 0 0\n%s",
             more_in, more_out, 1000 + more_in, 500 + more_out, 7000 + more_in, 7000 + more_out, more);
    folder_put(root, "proc/net/dev", text);
}

static void test_the_network_is_counted_without_loopback_and_bonds(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    folder_put(root, "sys/class/net/bond0/lower_eth0/address", "");
    folder_put(root, "proc/self/io", "read_bytes: 0\nwrite_bytes: 0\n");
    put_network(0, 0, "");
    host_sampler_read(s, &r);
    assert_false(r.network_in.known);
    put_network(400, 100, "");
    folder_put(root, "proc/self/io", "read_bytes: 100\nwrite_bytes: 0\n");
    host_sampler_read(s, &r);
    assert_true(r.network_in.known && r.network_out.known);
    assert_float_equal(r.network_in.value / r.disk_read.value, 4, 1e-9);
    assert_float_equal(r.network_out.value / r.disk_read.value, 1, 1e-9);

    put_network(400, 100, "   ib0: 123456789 1 0 0 0 0 0 0 987654321 1 0 0 0 0 0 0\n");
    host_sampler_read(s, &r);
    assert_false(r.network_in.known); /* its old traffic does not belong to this second */
    host_sampler_read(s, &r);
    assert_true(r.network_in.known);
    assert_float_equal(r.network_in.value, 0, 1e-9);
    host_sampler_free(s);
}

static void test_a_counter_that_starts_anew_is_unknown_once(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    put_network(400, 100, "");
    host_sampler_read(s, &r);
    put_network(0, 200, "");
    host_sampler_read(s, &r);
    assert_false(r.network_in.known);
    assert_true(r.network_out.known);
    host_sampler_free(s);
}

static void test_the_loads_of_this_nodes_cores_are_fractions(void **state)
{
    struct host_sampler *s = host_sampler_new();
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    host_sampler_read(s, &r);
    host_sampler_read(s, &r);
    assert_true(r.core_count >= cores_count().usable);
    for (int i = 0; i < r.core_count; i++)
        assert_true(!r.cores[i].load.known || (r.cores[i].load.value >= 0 && r.cores[i].load.value <= 1));
    host_sampler_free(s);
}

static void put_quota(int periods, int throttled)
{
    char text[128];

    snprintf(text, sizeof text, "usage_usec 5\nnr_periods %d\nnr_throttled %d\nthrottled_usec 9\n", periods, throttled);
    folder_put(root, "sys/fs/cgroup/job/cpu.stat", text);
}

static void test_a_quota_that_is_used_up_shows_since_the_last_read(void **state)
{
    struct host_sampler *s = host_sampler_new_below(root);
    struct host_readings r;
    (void)state;

    assert_non_null(s);
    folder_put(root, "proc/self/cgroup", "0::/job/step\n");
    folder_put(root, "proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    folder_put(root, "sys/fs/cgroup/job/cpu.max", "400000 100000\n");
    put_quota(1000, 900);
    host_sampler_read(s, &r);
    assert_false(r.throttled.known);
    put_quota(1010, 904);
    host_sampler_read(s, &r);
    assert_true(r.throttled.known);
    assert_float_equal(r.throttled.value, 0.4, 1e-9);
    host_sampler_read(s, &r); /* nothing ran */
    assert_false(r.throttled.known);
    host_sampler_free(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_loads_are_differences_between_two_reads),
        TEST(test_work_shows_in_the_load_of_this_process),
        TEST(test_what_cannot_be_read_is_unknown_not_zero),
        TEST(test_memory_is_the_nodes_without_a_limit_and_the_jobs_with_one),
        TEST(test_each_core_this_process_may_use_has_its_load),
        TEST(test_what_the_cores_did_for_others_is_told),
        TEST(test_disks_are_counted_once_and_apart_from_what_is_made_of_them),
        TEST(test_the_network_is_counted_without_loopback_and_bonds),
        TEST(test_a_counter_that_starts_anew_is_unknown_once),
        TEST(test_the_loads_of_this_nodes_cores_are_fractions),
        TEST(test_a_quota_that_is_used_up_shows_since_the_last_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
