#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plot/axis.h"

static void expect(enum axis axis, double low, double high, int columns, const char *expected)
{
    struct axis_tick ticks[AXIS_TICKS_MAX];
    char text[512] = "";
    int count = axis_ticks(axis, low, high, columns, ticks);

    for (int i = 0; i < count; i++)
        strcat(strcat(text, i ? "|" : ""), ticks[i].label);
    assert_string_equal(text, expected);
}

static void test_epochs_are_whole_until_one_looks_closely(void **state)
{
    (void)state;
    expect(AXIS_EPOCH, 0, 20, 44, "0|2|4|6|8|10|12|14|16|18|20");
    expect(AXIS_EPOCH, 0, 20, 20, "0|5|10|15|20");
    expect(AXIS_EPOCH, 0, 100, 44, "0|20|40|60|80|100");
    expect(AXIS_EPOCH, 2, 3, 44, "2.0|2.2|2.4|2.6|2.8|3.0");
    expect(AXIS_EPOCH, 0, 1000, 30, "0|200|400|600|800|1000");
}

static void test_steps_are_counted_and_abbreviated_where_nothing_is_lost(void **state)
{
    (void)state;
    expect(AXIS_STEP, 0, 9, 60, "0|1|2|3|4|5|6|7|8|9");
    expect(AXIS_STEP, 0, 2000, 44, "0|500|1k|1.5k|2k");
    expect(AXIS_STEP, 1996, 2004, 30, "1996|1998|2000|2002|2004");
    expect(AXIS_STEP, 0, 3e6, 44, "0|500k|1M|1.5M|2M|2.5M|3M");
    expect(AXIS_STEP, 0, 1, 100, "0|1"); /* there is no half step */
}

static void test_times_are_told_as_clocks_tell_them(void **state)
{
    (void)state;
    expect(AXIS_TIME, 0, 1, 44, "0|0.2 s|0.4 s|0.6 s|0.8 s|1.0 s");
    expect(AXIS_TIME, 0, 10, 30, "0|2 s|4 s|6 s|8 s|10 s");
    expect(AXIS_TIME, 0, 150, 44, "0|30 s|1:00|1:30|2:00|2:30");
    expect(AXIS_TIME, 50, 130, 44, "1:00|1:15|1:30|1:45|2:00");
    expect(AXIS_TIME, 0, 1500, 44, "0|5 min|10 min|15 min|20 min|25 min");
    expect(AXIS_TIME, 3500, 3700, 44, "59 min|1:00 h|1:01 h");
    expect(AXIS_TIME, 0, 3 * 3600, 44, "0|1:00 h|2:00 h|3:00 h");
}

/* On any part of any axis, however narrow the screen. */
static void test_labels_never_touch(void **state)
{
    (void)state;
    srand(1);
    for (int trial = 0; trial < 20000; trial++) {
        enum axis axis = (enum axis)(rand() % AXIS_COUNT);
        double low = rand() % 1000 * pow(10, rand() % 5 - 2), size = (rand() % 1000 + 1) * pow(10, rand() % 6 - 2);
        int columns = 10 + rand() % 150;
        struct axis_tick ticks[AXIS_TICKS_MAX];
        int count = axis_ticks(axis, low, low + size, columns, ticks);

        for (int i = 0; i < count; i++)
            assert_true(ticks[i].at >= low - size * 1e-6 && ticks[i].at <= low + size * (1 + 1e-6));
        for (int i = 1; i < count; i++)
            assert_true((ticks[i].at - ticks[i - 1].at) / size * columns >= (double)strlen(ticks[i].label) + 1);
    }
}

static void test_there_are_no_ticks_where_there_is_no_axis(void **state)
{
    struct axis_tick ticks[AXIS_TICKS_MAX];
    (void)state;

    assert_int_equal(axis_ticks(AXIS_EPOCH, 1, 1, 40, ticks), 0);
    assert_int_equal(axis_ticks(AXIS_EPOCH, 2, 1, 40, ticks), 0);
    assert_int_equal(axis_ticks(AXIS_STEP, 0, NAN, 40, ticks), 0);
    assert_int_equal(axis_ticks(AXIS_TIME, 0, INFINITY, 40, ticks), 0);
}

static void expect_figure(enum axis axis, double at, double span, const char *expected)
{
    char figure[AXIS_LABEL_SIZE];

    axis_figure(axis, at, span, figure);
    assert_string_equal(figure, expected);
}

static void test_a_place_is_told_as_exactly_as_it_is_seen(void **state)
{
    (void)state;
    expect_figure(AXIS_EPOCH, 3.4213, 20, "3.4");
    expect_figure(AXIS_EPOCH, 3.4213, 1000, "3");
    expect_figure(AXIS_EPOCH, 3.4213, 0.5, "3.421");
    expect_figure(AXIS_STEP, 1204, 9, "1204");
    expect_figure(AXIS_TIME, 8.44, 9, "8.4 s");
    expect_figure(AXIS_TIME, 83.2, 100, "1:23");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epochs_are_whole_until_one_looks_closely),
        cmocka_unit_test(test_steps_are_counted_and_abbreviated_where_nothing_is_lost),
        cmocka_unit_test(test_times_are_told_as_clocks_tell_them),
        cmocka_unit_test(test_labels_never_touch),
        cmocka_unit_test(test_there_are_no_ticks_where_there_is_no_axis),
        cmocka_unit_test(test_a_place_is_told_as_exactly_as_it_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
