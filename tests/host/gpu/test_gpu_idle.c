#include "tests/support/check.h"

#include <stdlib.h>

#include "host/gpu/gpu_idle.h"

static struct gpu_readings *readings; /* two GPUs, of which the second is another's */

static int setup(void **state)
{
    (void)state;
    readings = calloc(1, sizeof *readings);
    if (!readings)
        return -1;
    readings->count = readings->all = 2;
    readings->gpus[0].mine = true;
    readings->gpus[1].load = reading_of(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(readings);
    return 0;
}

/* The next snapshot, `seconds` after the start. */
static void look(struct gpu_idle *idle, double seconds, struct reading load)
{
    readings->number++;
    readings->at = 1000 + seconds;
    readings->gpus[0].load = load;
    gpu_idle_take(idle, readings);
}

static void test_idle_time_is_counted_from_the_first_idle_reading(void **state)
{
    struct gpu_idle idle = { 0 };
    (void)state;

    look(&idle, 0, reading_of(0.9));
    assert_float_equal(gpu_idle_longest(&idle, readings), 0, 1e-9);
    look(&idle, 5, reading_of(0));
    look(&idle, 605, reading_of(0.01));
    assert_float_equal(gpu_idle_longest(&idle, readings), 600, 1e-3);
    gpu_idle_take(&idle, readings); /* the same again */
    assert_float_equal(gpu_idle_longest(&idle, readings), 600, 1e-3);
    look(&idle, 610, reading_of(0.5));
    assert_float_equal(gpu_idle_longest(&idle, readings), 0, 1e-9);
}

static void test_what_is_not_read_is_not_idle(void **state)
{
    struct gpu_idle idle = { 0 };
    (void)state;

    look(&idle, 0, reading_of(0));
    look(&idle, 600, (struct reading){ 0 });
    assert_true(gpu_idle_longest(&idle, readings) < 0);
    look(&idle, 700, reading_of(0)); /* what it did meanwhile nobody knows */
    assert_float_equal(gpu_idle_longest(&idle, readings), 0, 1e-9);
}

static void test_gpus_of_others_do_not_count(void **state)
{
    struct gpu_idle idle = { 0 };
    (void)state;

    look(&idle, 0, reading_of(0.9));
    look(&idle, 3600, reading_of(0.9));
    assert_float_equal(gpu_idle_longest(&idle, readings), 0, 1e-9);
    readings->count = 0;
    assert_true(gpu_idle_longest(&idle, readings) < 0);
}

#define IDLE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IDLE_TEST(test_idle_time_is_counted_from_the_first_idle_reading),
        IDLE_TEST(test_what_is_not_read_is_not_idle),
        IDLE_TEST(test_gpus_of_others_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
