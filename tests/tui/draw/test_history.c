#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw/history.h"

static const struct reading unknown;

static void add(struct history *h, int n, double value)
{
    for (int i = 0; i < n; i++)
        history_add(h, reading_of(value));
}

static char *drawn(const struct history *h, int rows, int columns, bool unicode)
{
    struct canvas c;
    struct error e;
    char *text;

    assert_true(canvas_new(&c, rows, columns, unicode, &e));
    history_draw(&c, h, 1);
    text = canvas_to_text(&c);
    canvas_free(&c);
    assert_non_null(text);
    return text;
}

static void assert_drawn(const struct history *h, int rows, int columns, bool unicode, const char *expected)
{
    char *text = drawn(h, rows, columns, unicode);

    assert_string_equal(text, expected);
    free(text);
}

static void test_a_mean_is_of_what_is_known_and_kept(void **state)
{
    struct history h = { 0 };
    (void)state;

    assert_false(history_mean(&h, 0, 10).known);
    add(&h, 1, 2);
    history_add(&h, unknown);
    add(&h, 1, 4);
    assert_true(history_mean(&h, 0, 10).value == 3);
    assert_false(history_mean(&h, 1, 1).known);
    add(&h, HISTORY_SECONDS - 1, 8);
    assert_true(history_mean(&h, 0, 4).value == 6); /* of 2, unknown, 4, 8 the first two are gone */
    assert_true(history_peak(&h) == 8);
}

static void test_levels_rise_by_eighths_in_either_world(void **state)
{
    struct history h = { 0 };
    (void)state;

    for (int i = 0; i <= 8; i++)
        add(&h, history_span(12), i / 8.0);
    assert_drawn(&h, 1, 12, true, "▁▁▂▃▄▅▆▇█\n");
    assert_drawn(&h, 1, 12, false, "__.:-=+*#\n");
}

static void test_a_taller_one_has_finer_levels(void **state)
{
    struct history h = { 0 };
    (void)state;

    add(&h, history_span(10), 0);
    add(&h, history_span(10), 0.5);
    add(&h, history_span(10), 0.75);
    add(&h, history_span(10), 3);
    assert_drawn(&h, 2, 10, true, "  ▄█\n▁███\n");
}

static void test_what_is_unknown_stays_blank(void **state)
{
    struct history h = { 0 };
    (void)state;

    add(&h, history_span(10), 1);
    for (int i = 0; i < history_span(10); i++)
        history_add(&h, unknown);
    add(&h, history_span(10), 1);
    assert_drawn(&h, 1, 10, true, "█ █\n");
}

/* What a weak link has to carry: one column and the gap before it, once in a span. */
static void test_nothing_moves_but_the_newest_column_and_the_gap(void **state)
{
    enum { COLUMNS = 40 };
    struct history h = { 0 };
    char *before = drawn(&h, 1, COLUMNS, false), *after;
    (void)state;

    for (int second = 1; second <= 3 * HISTORY_SHOWN; second++) {
        int changed = 0, blank = 0;

        history_add(&h, reading_of(second % 7 / 7.0));
        after = drawn(&h, 1, COLUMNS, false);
        for (int i = 0; i < COLUMNS; i++) {
            char was = i < (int)strcspn(before, "\n") ? before[i] : ' ';
            char is = i < (int)strcspn(after, "\n") ? after[i] : ' ';

            changed += was != is;
            blank += is == ' ';
        }
        assert_true(changed <= (second % history_span(COLUMNS) == 0 ? 2 : 0));
        if (second >= history_span(COLUMNS) * COLUMNS)
            assert_int_equal(blank, 1);
        free(before);
        before = after;
    }
    free(before);
}

static void test_all_widths_hold_two_minutes_and_the_history_holds_them(void **state)
{
    (void)state;
    for (int columns = HISTORY_COLUMNS_LEAST; columns <= HISTORY_SHOWN; columns++) {
        int seconds = history_span(columns) * columns;

        assert_true(seconds >= HISTORY_SHOWN && seconds + history_span(columns) <= HISTORY_SECONDS);
    }
}

static void test_the_top_is_a_round_figure_over_the_peak(void **state)
{
    struct history h = { 0 };
    (void)state;

    assert_true(history_top(&h, 1e6) == 1e6);
    add(&h, 1, 3e6);
    assert_true(history_top(&h, 1e6) == 5e6);
    add(&h, 1, 7e8);
    assert_true(history_top(&h, 1e6) == 1e9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mean_is_of_what_is_known_and_kept),
        cmocka_unit_test(test_levels_rise_by_eighths_in_either_world),
        cmocka_unit_test(test_a_taller_one_has_finer_levels),
        cmocka_unit_test(test_what_is_unknown_stays_blank),
        cmocka_unit_test(test_nothing_moves_but_the_newest_column_and_the_gap),
        cmocka_unit_test(test_all_widths_hold_two_minutes_and_the_history_holds_them),
        cmocka_unit_test(test_the_top_is_a_round_figure_over_the_peak),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
