#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw/figures.h"
#include "tui/draw/gauge.h"

static void test_figures_are_short(void **state)
{
    char out[FIGURE_SIZE];
    (void)state;

    figure_count(out, 812);
    assert_string_equal(out, "812");
    figure_count(out, 6000);
    assert_string_equal(out, "6k");
    figure_count(out, 1250);
    assert_string_equal(out, "1.2k");
    figure_count(out, 60000);
    assert_string_equal(out, "60k");
    figure_speed(out, 31234);
    assert_string_equal(out, "31 200");
    figure_speed(out, 1000.4);
    assert_string_equal(out, "1000");
    figure_speed(out, 9999);
    assert_string_equal(out, "10 000");
    figure_speed(out, 83.27);
    assert_string_equal(out, "83.3");
    figure_loss(out, 0.3124);
    assert_string_equal(out, "0.312");
    figure_loss(out, 12.345);
    assert_string_equal(out, "12.35");
    figure_loss(out, 9.9996);
    assert_string_equal(out, "10.00");
    figure_loss(out, 123456);
    assert_string_equal(out, "1e+05");
    figure_speed(out, 0);
    assert_string_equal(out, "n/a");
    figure_left(out, 42.9);
    assert_string_equal(out, "42 s");
    figure_left(out, 200);
    assert_string_equal(out, "3 min");
    figure_left(out, 7500);
    assert_string_equal(out, "2 h 05 min");
    figure_left(out, -1);
    assert_string_equal(out, "n/a");
}

static void test_home_is_a_tilde(void **state)
{
    char shown[64];
    (void)state;

    setenv("HOME", "/home/ada", 1);
    figure_path(shown, sizeof shown, "/home/ada/runs/0001", 40);
    assert_string_equal(shown, "~/runs/0001");
    figure_path(shown, sizeof shown, "/home/adam/x", 40);
    assert_string_equal(shown, "/home/adam/x");
    figure_path(shown, sizeof shown, "/home/ada/runs/0001", 9);
    assert_string_equal(shown, ".../0001");
}

static void test_a_share_needs_both_of_its_parts(void **state)
{
    (void)state;
    assert_true(gauge_share(reading_of(1), reading_of(4)).value == 0.25);
    assert_false(gauge_share(reading_of(1), reading_of(0)).known);
    assert_false(gauge_share((struct reading){ 0 }, reading_of(4)).known);
    assert_false(gauge_share(reading_of(1), (struct reading){ 0 }).known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_are_short),
        cmocka_unit_test(test_home_is_a_tilde),
        cmocka_unit_test(test_a_share_needs_both_of_its_parts),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
