/* The memory that a process may use: all of it, or its part. */
#include "tests/support/check.h"

#include "host/host_memory.h"

static void test_several_ranks_on_a_node_have_a_part_each(void **state)
{
    struct host_memory all, part;
    (void)state;

    host_memory_read_below("", &all);
    assert_true(all.limit.known && all.limit.value > 0);
    host_memory_read(&part);
    assert_int_equal(part.sharers, 1);
    assert_true(part.limit.value == all.limit.value);
    host_memory_share(4);
    host_memory_read(&part);
    assert_int_equal(part.sharers, 4);
    assert_true(part.limit.value == all.limit.value / 4);
    assert_true(part.used.value <= part.limit.value);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_several_ranks_on_a_node_have_a_part_each) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
