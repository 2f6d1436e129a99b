#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/window.h"

static void test_it_is_wider_than_the_data_by_at_most_as_much(void **state)
{
    (void)state;
    for (double end = 1; end < 1000; end *= 1.7)
        for (double data = end / 100; data <= end; data += end / 100) {
            struct window w = window_fit(data, 0, end);

            assert_true(w.low == 0 && w.high >= data * (1 - 1e-9) && w.high <= end);
            assert_true(w.high <= 2 * data * (1 + 1e-9));
        }
}

/* Twenty epochs of sixty steps on 90 columns: what the screen draws again, it draws again seldom. */
static void test_a_run_changes_it_a_few_times_and_not_near_its_end(void **state)
{
    const double epochs = 20, least = 1.5;
    double last = 0;
    int changes = 0;
    (void)state;

    for (int step = 1; step <= 20 * 60; step++) {
        struct window w = window_fit(step / 60.0, least, epochs);

        changes += last != 0 && w.high != last;
        last = w.high;
        if (step / 60.0 > epochs / 2)
            assert_true(w.high == epochs);
    }
    assert_in_range(changes, 3, 5);
}

static void test_an_unknown_end_makes_round_windows(void **state)
{
    static const double cases[][2] = { { 4, 10 }, { 11, 20 }, { 20, 20 }, { 20.1, 40 },
                                       { 50, 60 }, { 99, 100 }, { 101, 200 } };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_float_equal(window_fit(cases[i][0], 10, 0).high, cases[i][1], 1e-9);
}

static void test_data_beyond_the_end_are_in_it_and_no_data_give_one(void **state)
{
    (void)state;
    assert_true(window_fit(21, 0, 20).high == 21);
    assert_true(window_fit(0, 0, 0).high > 0);
    assert_true(window_fit(0, 0, 20).high > 0);
}

static void test_zooming_keeps_the_place_and_stays_inside(void **state)
{
    const struct window all = { 0, 20 };
    struct window w = window_zoom(all, all, 5, 0.5, 0);
    (void)state;

    assert_float_equal(w.high - w.low, 10, 1e-9);
    assert_float_equal(window_fraction(w, 5), window_fraction(all, 5), 1e-9);
    w = window_zoom(w, all, 12, 2, 0);
    assert_true(w.low == 0 && w.high == 20);
    w = window_zoom(all, all, 20, 0.1, 5);
    assert_float_equal(w.high - w.low, 5, 1e-9); /* not narrower than that */
    assert_float_equal(w.high, 20, 1e-9);
}

static void test_panning_stops_at_the_ends(void **state)
{
    const struct window all = { 0, 20 };
    struct window w = { 4, 8 };
    (void)state;

    w = window_pan(w, all, 0.5);
    assert_true(w.low == 6 && w.high == 10);
    w = window_pan(w, all, 100);
    assert_true(w.low == 16 && w.high == 20);
    w = window_pan(w, all, -100);
    assert_true(w.low == 0 && w.high == 4);
    assert_true(window_holds(w, 0) && window_holds(w, 4) && !window_holds(w, 4.1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_wider_than_the_data_by_at_most_as_much),
        cmocka_unit_test(test_a_run_changes_it_a_few_times_and_not_near_its_end),
        cmocka_unit_test(test_an_unknown_end_makes_round_windows),
        cmocka_unit_test(test_data_beyond_the_end_are_in_it_and_no_data_give_one),
        cmocka_unit_test(test_zooming_keeps_the_place_and_stays_inside),
        cmocka_unit_test(test_panning_stops_at_the_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
