#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plot/columns.h"

static struct columns c;

static void test_drawn_columns_hold_still_while_new_ones_fill(void **state)
{
    struct columns before;
    (void)state;

    columns_begin(&c, 10, 1);
    for (int i = 0; i < 9; i++) {
        before = c;
        assert_false(columns_add(&c, i, (float)i));
        assert_memory_equal(before.column, c.column, (size_t)i * sizeof *c.column);
        assert_int_equal(c.used, i + 1);
        assert_int_equal(c.column[i].count, 1);
    }
}

static void test_values_of_one_column_keep_low_high_and_mean(void **state)
{
    (void)state;

    columns_begin(&c, 4, 1);
    columns_add(&c, 2.0, 3);
    columns_add(&c, 2.5, -1);
    columns_add(&c, 2.9, 7);
    assert_int_equal(c.used, 3);
    assert_int_equal(c.column[0].count, 0);
    assert_int_equal(c.column[2].count, 3);
    assert_float_equal(c.column[2].low, -1, 0);
    assert_float_equal(c.column[2].high, 7, 0);
    assert_float_equal(c.column[2].mean, 3, 1e-6);
}

static void test_a_full_width_merges_neighbours_in_pairs(void **state)
{
    (void)state;

    columns_begin(&c, 4, 1);
    columns_add(&c, 0.5, 10);
    columns_add(&c, 1.5, 20);
    columns_add(&c, 1.6, 30);
    columns_add(&c, 3.5, 5);
    assert_true(columns_add(&c, 4, 1));
    assert_float_equal(c.per_column, 2, 0);
    assert_int_equal(c.used, 3);
    assert_int_equal(c.column[0].count, 3);
    assert_float_equal(c.column[0].low, 10, 0);
    assert_float_equal(c.column[0].high, 30, 0);
    assert_float_equal(c.column[0].mean, 20, 1e-5);
    assert_int_equal(c.column[1].count, 1);
    assert_float_equal(c.column[1].mean, 5, 0);
    assert_int_equal(c.column[2].count, 1);
    assert_int_equal(c.column[3].count, 0);
}

/* However wide and however often halved: every value is in the column of its position, and none is lost. */
static void test_halving_gives_what_a_wider_start_would_have(void **state)
{
    (void)state;

    for (int width = 1; width <= 33; width++) {
        struct columns direct;

        columns_begin(&c, width, 0.01);
        for (int i = 0; i < 1000; i++)
            columns_add(&c, i * 0.01, sinf((float)i));
        columns_begin(&direct, width, c.per_column);
        for (int i = 0; i < 1000; i++)
            assert_false(columns_add(&direct, i * 0.01, sinf((float)i)));
        assert_int_equal(c.used, direct.used);
        for (int i = 0; i < width; i++) {
            assert_int_equal(c.column[i].count, direct.column[i].count);
            assert_float_equal(c.column[i].low, direct.column[i].low, 0);
            assert_float_equal(c.column[i].high, direct.column[i].high, 0);
            assert_float_equal(c.column[i].mean, direct.column[i].mean, 1e-4);
        }
    }
}

static void test_a_far_point_halves_until_it_fits(void **state)
{
    (void)state;

    columns_begin(&c, 7, 0.001);
    columns_add(&c, 0, 1);
    assert_true(columns_add(&c, 1e6, 2));
    assert_true(1e6 / c.per_column < 7);
    assert_int_equal(c.column[0].count, 1);
    assert_int_equal(c.column[c.used - 1].count, 1);
}

static void test_what_is_no_number_is_left_out(void **state)
{
    (void)state;

    columns_begin(&c, 5, 1);
    assert_false(columns_add(&c, 1, NAN));
    assert_false(columns_add(&c, 1, INFINITY));
    assert_false(columns_add(&c, NAN, 1));
    assert_false(columns_add(&c, INFINITY, 1));
    assert_false(columns_add(&c, -1, 1));
    assert_int_equal(c.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_columns_hold_still_while_new_ones_fill),
        cmocka_unit_test(test_values_of_one_column_keep_low_high_and_mean),
        cmocka_unit_test(test_a_full_width_merges_neighbours_in_pairs),
        cmocka_unit_test(test_halving_gives_what_a_wider_start_would_have),
        cmocka_unit_test(test_a_far_point_halves_until_it_fits),
        cmocka_unit_test(test_what_is_no_number_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
