#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plot/scale.h"

static void expect_ticks(double low, double high, int ticks, const char *expected)
{
    struct scale s = scale_nice(low, high, ticks);
    double at[TICKS_MAX];
    char text[256] = "", label[32];
    int count = scale_ticks(&s, at);

    for (int i = 0; i < count; i++) {
        scale_label(&s, at[i], label, sizeof label);
        strcat(strcat(text, i ? " " : ""), label);
    }
    assert_string_equal(text, expected);
}

static void test_ticks_are_numbers_that_people_read_easily(void **state)
{
    (void)state;

    expect_ticks(0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0");
    expect_ticks(0, 1, 3, "0.0 0.5 1.0");
    expect_ticks(0, 1, 2, "0 1");
    expect_ticks(0.13, 2.31, 6, "0.0 0.5 1.0 1.5 2.0 2.5");
    expect_ticks(0.975, 0.991, 6, "0.975 0.980 0.985 0.990 0.995");
    expect_ticks(0, 10, 6, "0 2 4 6 8 10");
    expect_ticks(0, 10, 11, "0 1 2 3 4 5 6 7 8 9 10");
    expect_ticks(0, 137, 6, "0 50 100 150");
    expect_ticks(-0.4, 0.3, 5, "-0.4 -0.2 0.0 0.2 0.4");
    expect_ticks(0.3, 0.6, 4, "0.3 0.4 0.5 0.6");
    expect_ticks(0, 3e7, 4, "0 1e+07 2e+07 3e+07");
    expect_ticks(0, 4e-8, 3, "0 2e-08 4e-08");
    expect_ticks(-1, 1, 2, "-1 0 1");
}

static void test_flat_and_impossible_ranges_give_a_scale_all_the_same(void **state)
{
    const double ranges[][2] = { { 0, 0 }, { 2.3, 2.3 },     { -5, -5 },     { NAN, 1 },         { 0, INFINITY },
                                 { 3, 1 }, { 1e-30, 1e-30 }, { 1e30, 1e30 }, { 1e9, 1e9 + 1e-6 } };
    (void)state;

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct scale s = scale_nice(ranges[i][0], ranges[i][1], 5);
        double at[TICKS_MAX];

        assert_true(s.low < s.high);
        assert_true(isfinite(s.step) && s.step > 0);
        assert_in_range(scale_ticks(&s, at), 2, 5);
        if (isfinite(ranges[i][0]) && ranges[i][0] == ranges[i][1])
            assert_true(s.low <= ranges[i][0] && ranges[i][0] <= s.high);
    }
}

static void test_every_scale_holds_its_range_within_its_ticks(void **state)
{
    (void)state;

    srand(1);
    for (int trial = 0; trial < 20000; trial++) {
        double size = pow(10, rand() % 12 - 6), low = (rand() % 2001 - 1000) * 1e-3 * size;
        double high = low + (rand() % 1000 + 1) * 1e-3 * size, at[TICKS_MAX];
        int ticks = 3 + rand() % 9;
        struct scale s = scale_nice(low, high, ticks);
        int count = scale_ticks(&s, at);

        assert_true(s.low <= low + s.step * 1e-6 && high <= s.high + s.step * 1e-6);
        assert_in_range(count, 2, ticks);
        assert_float_equal(scale_fraction(&s, at[0]), 0, 1e-6);
        assert_float_equal(scale_fraction(&s, at[count - 1]), 1, 1e-6);
    }
}

static bool hold(struct scale *s, double low, double high)
{
    return scale_hold(s, &(struct scale_wish){ .low = low, .high = high, .ticks = 5 });
}

static void test_bounds_hold_while_the_data_stay_inside_and_fill_half(void **state)
{
    struct scale s = { 0 }, before;
    (void)state;

    assert_true(hold(&s, 0.4, 2.3));
    assert_true(s.low <= 0.4 && s.high >= 2.3);
    before = s;
    assert_false(hold(&s, 0.41, 2.3));
    assert_false(hold(&s, 0.3, 2.4));
    assert_memory_equal(&s, &before, sizeof s);
    assert_true(hold(&s, 0.2, s.high + 0.1));
    assert_true(s.high > before.high);
}

static void test_bounds_close_in_when_the_data_fill_less_than_half(void **state)
{
    struct scale s = { 0 };
    (void)state;

    hold(&s, 0, 100);
    assert_true(hold(&s, 0, 12));
    assert_true(s.high < 50);
    assert_float_equal(s.low, 0, 0);
}

/* Whatever the data, most of the height is theirs. */
static void test_the_data_use_the_height(void **state)
{
    (void)state;

    srand(1);
    for (int trial = 0; trial < 20000; trial++) {
        double low = (rand() % 1000) * 1e-3, high = low + (rand() % 1000 + 1) * 1e-3;
        struct scale s = { 0 };
        int ticks = 4 + rand() % 5;
        double at[TICKS_MAX];

        scale_hold(&s, &(struct scale_wish){ .low = low, .high = high, .ticks = ticks });
        assert_true(s.low <= low && s.high >= high);
        assert_true(high - low < high * 1e-3 || (high - low) / (s.high - s.low) > 0.45);
        assert_in_range(scale_ticks(&s, at), 2, ticks);
    }
}

static void test_bounds_end_where_values_end(void **state)
{
    struct scale s = { 0 };
    (void)state;

    scale_hold(&s, &(struct scale_wish){ .low = 95, .high = 99.6, .floor = 0, .ceiling = 100, .ticks = 4 });
    assert_true(s.high == 100);
    assert_true(s.low > 93);
}

static void test_without_data_the_bounds_stay(void **state)
{
    struct scale s = { 0 }, before;
    (void)state;

    assert_true(scale_hold(&s, &(struct scale_wish){ .low = INFINITY, .high = -INFINITY, .ticks = 4 }));
    assert_true(s.low < s.high);
    hold(&s, 3, 4);
    before = s;
    assert_false(scale_hold(&s, &(struct scale_wish){ .low = INFINITY, .high = -INFINITY, .ticks = 4 }));
    assert_memory_equal(&s, &before, sizeof s);
}

/* A falling loss, of which all must be seen: a few changes in a thousand points, not one with each. */
static void test_a_falling_curve_rescales_seldom(void **state)
{
    struct scale s = { 0 };
    int changes = 0;
    (void)state;

    for (int i = 0; i < 1000; i++)
        changes += hold(&s, 2.3 * exp(-i / 200.0), 2.4);
    assert_in_range(changes, 2, 12);
}

static void test_a_flat_curve_does_not_flicker(void **state)
{
    struct scale s = { 0 };
    (void)state;

    assert_true(hold(&s, 0.1, 0.1));
    for (int i = 0; i < 10; i++)
        assert_false(hold(&s, 0.1, 0.1));
    assert_true(s.low >= 0);
}

static void expect_logarithmic(double low, double high, int ticks, const char *expected)
{
    struct scale s = { 0 };
    double at[TICKS_MAX];
    char text[256] = "", label[32];

    scale_hold(&s, &(struct scale_wish){ .low = low, .high = high, .ticks = ticks, .logarithmic = true });
    assert_true(s.logarithmic && s.low <= low && s.high >= high);
    for (int i = 0, count = scale_ticks(&s, at); i < count; i++) {
        scale_label(&s, at[i], label, sizeof label);
        strcat(strcat(text, i ? " " : ""), label);
    }
    assert_string_equal(text, expected);
}

static void test_a_logarithmic_scale_has_ticks_at_powers_or_at_1_2_and_5(void **state)
{
    (void)state;
    expect_logarithmic(0.09, 0.4, 4, "0.05 0.1 0.2 0.5");
    expect_logarithmic(0.08, 2.3, 8, "0.05 0.1 0.2 0.5 1 2 5");
    expect_logarithmic(0.003, 2.3, 4, "0.001 0.01 0.1 1");
    expect_logarithmic(1e-9, 1, 4, "1e-10 1e-07 0.0001 0.1");
    expect_logarithmic(0.001, 0.001, 4, "0.0005 0.001 0.002");
}

static void test_equal_factors_are_equal_heights_on_a_logarithmic_scale(void **state)
{
    struct scale s = { 0 };
    (void)state;

    scale_hold(&s, &(struct scale_wish){ .low = 0.01, .high = 1, .ticks = 4, .logarithmic = true });
    assert_float_equal(scale_fraction(&s, s.low), 0, 1e-9);
    assert_float_equal(scale_fraction(&s, s.high), 1, 1e-9);
    assert_float_equal(scale_fraction(&s, 0.2) - scale_fraction(&s, 0.02),
                       scale_fraction(&s, 0.5) - scale_fraction(&s, 0.05), 1e-9);
    assert_true(isnan(scale_fraction(&s, 0)) && isnan(scale_fraction(&s, -1)));
}

static void test_a_logarithmic_scale_without_a_positive_value_is_one_all_the_same(void **state)
{
    struct scale s = { 0 };
    (void)state;

    assert_true(scale_hold(&s, &(struct scale_wish){ .low = INFINITY, .high = -INFINITY, .ticks = 4,
                                                     .logarithmic = true }));
    assert_true(s.low > 0 && s.low < s.high);
}

static void test_there_is_no_negative_zero(void **state)
{
    struct scale s = scale_nice(-0.3, 0.3, 7);
    char label[32];
    (void)state;

    scale_label(&s, -1e-17, label, sizeof label);
    assert_string_equal(label, "0.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticks_are_numbers_that_people_read_easily),
        cmocka_unit_test(test_flat_and_impossible_ranges_give_a_scale_all_the_same),
        cmocka_unit_test(test_every_scale_holds_its_range_within_its_ticks),
        cmocka_unit_test(test_bounds_hold_while_the_data_stay_inside_and_fill_half),
        cmocka_unit_test(test_bounds_close_in_when_the_data_fill_less_than_half),
        cmocka_unit_test(test_the_data_use_the_height),
        cmocka_unit_test(test_bounds_end_where_values_end),
        cmocka_unit_test(test_without_data_the_bounds_stay),
        cmocka_unit_test(test_a_logarithmic_scale_has_ticks_at_powers_or_at_1_2_and_5),
        cmocka_unit_test(test_equal_factors_are_equal_heights_on_a_logarithmic_scale),
        cmocka_unit_test(test_a_logarithmic_scale_without_a_positive_value_is_one_all_the_same),
        cmocka_unit_test(test_a_falling_curve_rescales_seldom),
        cmocka_unit_test(test_a_flat_curve_does_not_flicker),
        cmocka_unit_test(test_there_is_no_negative_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
