#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/trace.h"

static struct trace trace;

static int end(void **state)
{
    (void)state;
    trace_free(&trace);
    return 0;
}

static void add(double x, float y)
{
    assert_true(trace_add(&trace, (struct trace_value){ { x, 10 * x, 100 * x }, y }));
}

static void test_a_few_points_are_kept_as_they_are(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        add(i, (float)i / 7);
    assert_int_equal(trace.count, 1000);
    for (int i = 0; i < 1000; i++) {
        assert_true(trace.points[i].x[AXIS_STEP] == 10 * i);
        assert_true(trace.points[i].mean == (float)i / 7 && trace.points[i].count == 1);
    }
}

/* However many come: none is lost, the memory is bounded, and the extremes stay exact. */
static void test_many_are_merged(void **state)
{
    enum { MANY = 100000 };
    double sum = 0, of_points = 0;
    long count = 0;
    (void)state;

    for (int i = 0; i < MANY; i++) {
        float y = i == 71234 ? -5.0f : i == 81234 ? 9.0f : sinf((float)i);

        add(i, y);
        sum += (double)y;
    }
    assert_in_range(trace.count, TRACE_POINTS_MAX / 2, TRACE_POINTS_MAX);
    for (size_t i = 0; i < trace.count; i++) {
        count += trace.points[i].count;
        of_points += (double)trace.points[i].mean * trace.points[i].count;
        if (i > 0)
            assert_true(trace.points[i].x[AXIS_EPOCH] > trace.points[i - 1].x[AXIS_EPOCH]);
        assert_true(trace.points[i].low <= trace.points[i].mean && trace.points[i].mean <= trace.points[i].high);
    }
    assert_int_equal(count, MANY);
    assert_float_equal(of_points, sum, 1);
    assert_true(trace.low.y == -5 && trace.low.x[AXIS_EPOCH] == 71234);
    assert_true(trace.high.y == 9 && trace.high.x[AXIS_STEP] == 812340);
    assert_true(trace.last.x[AXIS_TIME] == 100.0 * (MANY - 1));
}

static void test_a_place_is_found_on_any_axis(void **state)
{
    (void)state;
    assert_int_equal(trace_find(&trace, AXIS_EPOCH, 1), 0);
    for (int i = 0; i < 100; i++)
        add(i, 0);
    assert_int_equal(trace_find(&trace, AXIS_EPOCH, 50), 50);
    assert_int_equal(trace_find(&trace, AXIS_EPOCH, 50.5), 51);
    assert_int_equal(trace_find(&trace, AXIS_TIME, -1), 0);
    assert_int_equal(trace_find(&trace, AXIS_TIME, 1e9), 100);
}

static void test_what_is_no_number_is_left_out(void **state)
{
    (void)state;
    add(1, NAN);
    add(1, INFINITY);
    add(NAN, 1);
    assert_int_equal(trace.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_few_points_are_kept_as_they_are, end),
        cmocka_unit_test_teardown(test_many_are_merged, end),
        cmocka_unit_test_teardown(test_a_place_is_found_on_any_axis, end),
        cmocka_unit_test_teardown(test_what_is_no_number_is_left_out, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
