/* Where replicas run, on machines that hwloc makes up (HWLOC_SYNTHETIC). */
#include "tests/support/check.h"

#include <pthread.h>

#include "host/cores.h"
#include "host/placement.h"

enum { CORES_MOST = 64 };

static int all_cores[CORES_MOST];

static int setup(void **state)
{
    (void)state;

    for (int i = 0; i < CORES_MOST; i++)
        all_cores[i] = i;
    return 0;
}

static int forget_machine(void **state)
{
    (void)state;
    unsetenv("HWLOC_SYNTHETIC");
    unsetenv("HWLOC_THISSYSTEM");
    return 0;
}

/* Without hwloc the test is skipped. */
static bool open_numa(const char *machine, int first, int count, struct numa *out, struct error *e)
{
    setenv("HWLOC_SYNTHETIC", machine, 1);
    if (numa_open(all_cores + first, count, out, e))
        return true;
    if (strstr(e->text, "built without hwloc") || strstr(e->text, "on this node"))
        skip();
    return false;
}

/* Cores first..first+count-1 of a machine may be used. */
static struct numa nodes_of(const char *machine, int first, int count)
{
    struct error e = { 0 };
    struct numa numa;

    assert_good(open_numa(machine, first, count, &numa, &e), e);
    numa_close(&numa);
    return numa;
}

static void each_replica_has_a_node(void **state)
{
    const struct numa numa = nodes_of("node:2 core:4 pu:1", 0, 8);
    const struct placement p = placement_on(&numa, 2, 4), four = placement_on(&numa, 4, 2);
    (void)state;

    assert_int_equal(numa.count, 2);
    assert_int_equal(numa.nodes[0].cores, 4);
    assert_int_equal(numa.nodes[1].cores, 4);
    assert_true(p.bound && p.node[0] == 0 && p.node[1] == 1);
    assert_true(four.bound && four.node[0] == 0 && four.node[1] == 1 && four.node[2] == 0 && four.node[3] == 1);
}

/* Hardware threads are cores, as everywhere else. */
static void hardware_threads_count(void **state)
{
    const struct numa numa = nodes_of("package:2 node:1 core:4 pu:2", 0, 16);
    const struct placement p = placement_on(&numa, 2, 8);
    (void)state;

    assert_int_equal(numa.count, 2);
    assert_int_equal(numa.nodes[1].cores, 8);
    assert_true(p.bound && p.node[1] == 1);
}

static void what_is_not_allotted_is_not_used(void **state)
{
    const struct numa most = nodes_of("node:4 core:4 pu:1", 2, 12); /* 2 of node 0, 4 of nodes 1 and 2, 2 of node 3 */
    const struct placement p = placement_on(&most, 2, 4), many = placement_on(&most, 3, 4);
    const struct numa one = nodes_of("node:2 core:4 pu:1", 4, 4);
    const struct placement alone = placement_on(&one, 2, 2);
    (void)state;

    assert_int_equal(most.count, 4);
    assert_true(p.bound && p.node[0] == 1 && p.node[1] == 2);
    assert_false(many.bound);
    assert_int_equal(one.count, 1);
    assert_int_equal(one.nodes[0].number, 1);
    assert_false(alone.bound);
}

static void a_core_beyond_the_machine_is_an_error(void **state)
{
    struct error e = { 0 };
    struct numa numa;
    (void)state;

    assert_true(open_numa("node:2 core:1 pu:1", 0, 2, &numa, &e));
    assert_bad(numa_bind(&numa, 7, &e), e, "there is no NUMA node 7");
    numa_close(&numa);
    assert_bad(numa_open(all_cores + 32, 4, &numa, &e), e, "hwloc knows none of the cores that may be used");
}

struct at_home {
    int one, cores[CORES_MOST], count;
};

static void *take(void *argument)
{
    struct at_home *home = argument;

    placement_take(home->one, 2, 1);
    home->count = cores_list(home->cores, CORES_MOST);
    return NULL;
}

/* As if each of this machine's first two cores had memory of its own. */
static void threads_stay_where_they_are_put(void **state)
{
    struct at_home homes[] = { { .one = 0 }, { .one = 1 } };
    int own[CORES_MOST];
    (void)state;

    if (cores_list(own, CORES_MOST) < 2 || own[0] != 0 || own[1] != 1)
        skip();
    nodes_of("node:2 core:1 pu:1", 0, 2);
    setenv("HWLOC_THISSYSTEM", "1", 1);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;

        assert_int_equal(pthread_create(&thread, NULL, take, &homes[i]), 0);
        pthread_join(thread, NULL);
        assert_int_equal(homes[i].count, 1);
        assert_int_equal(homes[i].cores[0], i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_replica_has_a_node, forget_machine),
        cmocka_unit_test_teardown(hardware_threads_count, forget_machine),
        cmocka_unit_test_teardown(what_is_not_allotted_is_not_used, forget_machine),
        cmocka_unit_test_teardown(a_core_beyond_the_machine_is_an_error, forget_machine),
        cmocka_unit_test_teardown(threads_stay_where_they_are_put, forget_machine),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
