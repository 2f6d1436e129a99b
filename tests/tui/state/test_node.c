#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/state/node.h"

static struct host_readings host;

static int setup(void **state)
{
    struct node *n = calloc(1, sizeof *n);

    if (!n)
        return -1;
    host = (struct host_readings){ .cpu_load = reading_of(0.5), .core_count = 1 };
    host.cores[0].load = reading_of(0.5);
    n->latest.number = n->latest.count = n->latest.all = 1;
    snprintf(n->latest.gpus[0].uuid, sizeof n->latest.gpus[0].uuid, "GPU-a");
    n->latest.gpus[0].power = reading_of(400);
    n->latest.gpus[0].load = reading_of(0.5);
    n->latest.gpus[0].memory_used = reading_of(1e9);
    n->latest.gpus[0].memory_total = reading_of(4e9);
    *state = n;
    node_take(n, &host, 0);
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void test_small_changes_are_not_shown_and_large_ones_are(void **state)
{
    struct node *n = *state;

    host.cpu_load = reading_of(0.52);
    host.cores[0].load = reading_of(0.6);
    n->latest.gpus[0].power = reading_of(405);
    node_take(n, &host, 0);
    assert_true(n->host.cpu_load.value == 0.5);
    assert_true(n->host.cores[0].load.value == 0.5);
    assert_true(n->gpus.gpus[0].power.value == 400);

    host.cpu_load = reading_of(0.7);
    host.cores[0].load = reading_of(0.9);
    n->latest.gpus[0].power = reading_of(500);
    node_take(n, &host, 0);
    assert_true(n->host.cpu_load.value == 0.7);
    assert_true(n->host.cores[0].load.value == 0.9);
    assert_true(n->gpus.gpus[0].power.value == 500);
}

static void test_rest_and_the_unknown_are_shown_at_once(void **state)
{
    struct node *n = *state;

    host.cpu_load = reading_of(0.01);
    node_take(n, &host, 0);
    host.cpu_load = reading_of(0);
    n->latest.gpus[0].power = (struct reading){ 0 };
    node_take(n, &host, 0);
    assert_true(n->host.cpu_load.known && n->host.cpu_load.value == 0);
    assert_false(n->gpus.gpus[0].power.known);
    host.cpu_load = (struct reading){ 0 };
    node_take(n, &host, 0);
    assert_false(n->host.cpu_load.known);
}

/* Each of them has its own figures, also when the driver counts them anew. */
static void test_nothing_is_held_against_another_gpu(void **state)
{
    struct node *n = *state;

    snprintf(n->latest.gpus[0].uuid, sizeof n->latest.gpus[0].uuid, "GPU-b");
    n->latest.gpus[0].power = reading_of(401);
    node_take(n, &host, 0);
    assert_true(n->gpus.gpus[0].power.value == 401);
}

/* Histories have what was read, not what was shown. */
static void test_a_sample_a_second_goes_into_the_histories(void **state)
{
    struct node *n = *state;

    host.cpu_load = reading_of(0.52);
    node_take(n, &host, 0);
    assert_int_equal(n->cpu_load.count, 2);
    assert_true(history_mean(&n->cpu_load, 1, 1).value > 0.515);
    assert_true(history_mean(&n->gpu_load[0], 0, 2).value == 0.5);
    assert_true(history_mean(&n->gpu_memory[0], 0, 2).value == 0.25);
    assert_false(history_mean(&n->gpu_load[1], 0, 2).known);
}

/* However seldom it is asked: what it said counts until it is asked again. */
static void test_only_a_driver_that_hangs_leaves_a_gap(void **state)
{
    struct node *n = *state;

    for (int second = 1; second < 20; second++)
        node_take(n, &host, 0);
    assert_false(n->gpus_stale);
    for (uint64_t i = 0; i < 20; i++)
        assert_true(history_mean(&n->gpu_load[0], i, 1).value == 0.5);

    node_take(n, &host, 4);
    assert_false(n->gpus_stale);
    node_take(n, &host, 6);
    assert_true(n->gpus_stale);
    assert_true(history_mean(&n->gpu_load[0], 20, 1).known);
    assert_false(history_mean(&n->gpu_load[0], 21, 1).known);
    node_take(n, &host, 0);
    assert_false(n->gpus_stale);
}

static void test_a_device_finds_its_gpu(void **state)
{
    struct node *n = *state;
    struct device_info cpu = { .id = "cpu" }, cuda = { .id = "cuda:0", .uuid = "GPU-a" };

    assert_ptr_equal(node_gpu(n, &cuda), &n->gpus.gpus[0]);
    assert_null(node_gpu(n, &cpu));
}

#define NODE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NODE_TEST(test_small_changes_are_not_shown_and_large_ones_are),
        NODE_TEST(test_rest_and_the_unknown_are_shown_at_once),
        NODE_TEST(test_nothing_is_held_against_another_gpu),
        NODE_TEST(test_a_sample_a_second_goes_into_the_histories),
        NODE_TEST(test_only_a_driver_that_hangs_leaves_a_gap),
        NODE_TEST(test_a_device_finds_its_gpu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
