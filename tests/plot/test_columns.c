#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plot/columns.h"

static struct trace trace;
static struct columns c;

static int end(void **state)
{
    (void)state;
    trace_free(&trace);
    return 0;
}

static void add(double x, double y)
{
    assert_true(trace_add(&trace, (struct trace_value){ { x, x, x }, (float)y }));
}

static void fill(int width, double low, double high)
{
    columns_fill(&c, width, &trace, AXIS_EPOCH, (struct window){ low, high });
}

static void test_drawn_columns_hold_still_while_new_ones_fill(void **state)
{
    struct columns before;
    (void)state;

    fill(10, 0, 100);
    for (int i = 0; i < 100; i++) {
        before = c;
        add(i + 0.5, i);
        fill(10, 0, 100);
        assert_memory_equal(before.column, c.column, (size_t)(i / 10) * sizeof *c.column);
        assert_int_equal(c.used, i / 10 + 1);
        assert_int_equal(c.column[i / 10].count, i % 10 + 1);
    }
}

static void test_values_of_one_column_keep_low_high_and_mean(void **state)
{
    (void)state;
    add(2.0, 3);
    add(2.5, -1);
    add(2.9, 7);
    fill(4, 0, 4);
    assert_int_equal(c.used, 3);
    assert_int_equal(c.column[0].count, 0);
    assert_int_equal(c.column[2].count, 3);
    assert_float_equal(c.column[2].low, -1, 0);
    assert_float_equal(c.column[2].high, 7, 0);
    assert_float_equal(c.column[2].mean, 3, 1e-6);
}

static void test_a_window_shows_its_part_with_both_ends(void **state)
{
    (void)state;
    for (int i = 0; i <= 20; i++)
        add(i, i);
    fill(5, 10, 15);
    assert_int_equal(c.used, 5);
    assert_float_equal(c.column[0].mean, 10, 0);
    assert_int_equal(c.column[4].count, 2); /* the end of a run belongs to the last column */
    assert_float_equal(c.column[4].high, 15, 0);
    fill(5, 21, 30);
    assert_int_equal(c.used, 0);
}

static void test_smoothing_is_an_average_without_bias_to_its_first_value(void **state)
{
    const double memory = 5, w = exp(-1 / memory);
    double s = 0;
    (void)state;

    for (int i = 0; i < 50; i++)
        add(i + 0.5, i % 2);
    fill(50, 0, 50);
    columns_smooth(&c, memory);
    for (int i = 0; i < 50; i++) { /* as TensorBoard smooths, and Adam corrects */
        s = w * s + (1 - w) * (i % 2);
        assert_float_equal((double)c.column[i].mean, s / (1 - pow(w, i + 1)), 1e-5);
        assert_true(c.column[i].low == (float)(i % 2)); /* the raw band stays */
    }
}

static void test_a_constant_is_smoothed_to_itself_over_gaps_too(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i += 1 + i % 4)
        add(i + 0.5, 0.25);
    fill(30, 0, 30);
    columns_smooth(&c, 3);
    for (int i = 0; i < 30; i++)
        if (c.column[i].count > 0)
            assert_float_equal((double)c.column[i].mean, 0.25, 1e-6);
}

static void test_smoothing_changes_nothing_before_a_new_value(void **state)
{
    struct columns before;
    (void)state;

    for (int i = 0; i < 20; i++)
        add(i + 0.5, i % 3);
    fill(40, 0, 40);
    columns_smooth(&c, 4);
    before = c;
    add(20.5, 100);
    fill(40, 0, 40);
    columns_smooth(&c, 4);
    assert_memory_equal(before.column, c.column, 20 * sizeof *c.column);
}

static void range(bool from_start, bool positive, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    columns_range(&c, from_start, positive, low, high);
}

/* A first epoch that falls from 2.3 to 0.4 must not flatten the nineteen that follow. */
static void test_the_steep_beginning_does_not_decide_the_height(void **state)
{
    double low, high;
    (void)state;

    for (int i = 0; i < 100; i++)
        add(i + 0.5, i < 5 ? 2.3 - 0.35 * i : 0.4 - 0.0032 * i);
    fill(100, 0, 100);
    range(true, false, &low, &high);
    assert_true(high < 0.4 && low < 0.09);
    range(false, false, &low, &high); /* zoomed in, all that is in sight counts */
    assert_true(high > 2.2);
}

static void test_a_gentle_curve_and_a_late_rise_are_seen_whole(void **state)
{
    double low, high;
    (void)state;

    for (int i = 0; i < 100; i++)
        add(i + 0.5, 1.0 - 0.005 * i);
    fill(100, 0, 100);
    range(true, false, &low, &high);
    assert_float_equal(high, 1, 1e-6);
    add(100, 7);
    fill(100, 0, 100);
    range(true, false, &low, &high);
    assert_true(high > 3);
}

static void test_only_positive_values_have_a_place_on_a_logarithmic_scale(void **state)
{
    double low, high;
    (void)state;

    add(0.5, 0);
    add(1.5, -2);
    add(2.5, 0.25);
    fill(3, 0, 3);
    range(false, true, &low, &high);
    assert_true(low == 0.25 && high == 0.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_drawn_columns_hold_still_while_new_ones_fill, end),
        cmocka_unit_test_teardown(test_values_of_one_column_keep_low_high_and_mean, end),
        cmocka_unit_test_teardown(test_a_window_shows_its_part_with_both_ends, end),
        cmocka_unit_test_teardown(test_smoothing_is_an_average_without_bias_to_its_first_value, end),
        cmocka_unit_test_teardown(test_a_constant_is_smoothed_to_itself_over_gaps_too, end),
        cmocka_unit_test_teardown(test_smoothing_changes_nothing_before_a_new_value, end),
        cmocka_unit_test_teardown(test_the_steep_beginning_does_not_decide_the_height, end),
        cmocka_unit_test_teardown(test_a_gentle_curve_and_a_late_rise_are_seen_whole, end),
        cmocka_unit_test_teardown(test_only_positive_values_have_a_place_on_a_logarithmic_scale, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
