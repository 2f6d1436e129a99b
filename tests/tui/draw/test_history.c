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

static void test_heat_has_a_shade_for_each_share(void **state)
{
    static const struct {
        double share;
        enum role role;
    } heats[] = { { 0, ROLE_DIM },     { 0.04, ROLE_DIM }, { 0.1, ROLE_BAND }, { 0.3, ROLE_TRAIN },
                  { 0.6, ROLE_TRAIN }, { 1, ROLE_VALID },  { 1.2, ROLE_VALID } };
    enum { COLUMNS = 80 };
    static const char *const expected[] = { "▁▁░▒▓██\n", "__:+*##\n" };
    struct history h = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof heats / sizeof *heats; i++)
        add(&h, history_span(COLUMNS), heats[i].share);
    for (int ascii = 0; ascii < 2; ascii++) {
        struct canvas c;
        struct error e;

        assert_true(canvas_new(&c, 1, COLUMNS, !ascii, &e));
        history_draw_heat(&c, &h);
        char *text = canvas_to_text(&c);

        assert_non_null(text);
        assert_string_equal(text + strspn(text, " "), expected[ascii]);
        for (size_t i = 0; i < sizeof heats / sizeof *heats; i++)
            assert_int_equal(c.cells[strspn(text, " ") + i].role, heats[i].role);
        free(text);
        canvas_free(&c);
    }
}

static void test_levels_rise_by_eighths_in_either_world(void **state)
{
    struct history h = { 0 };
    (void)state;

    for (int i = 0; i <= 8; i++)
        add(&h, history_span(12), i / 8.0);
    assert_drawn(&h, 1, 12, true, "  ▁▁▂▃▄▅▆▇█\n");
    assert_drawn(&h, 1, 12, false, "  __.:-=+*#\n");
}

static void test_a_taller_one_has_finer_levels(void **state)
{
    struct history h = { 0 };
    (void)state;

    add(&h, history_span(10), 0);
    add(&h, history_span(10), 0.5);
    add(&h, history_span(10), 0.75);
    add(&h, history_span(10), 3);
    assert_drawn(&h, 2, 10, true, "        ▄█\n      ▁███\n");
}

static void test_what_is_unknown_stays_blank(void **state)
{
    struct history h = { 0 };
    (void)state;

    add(&h, history_span(10), 1);
    for (int i = 0; i < history_span(10); i++)
        history_add(&h, unknown);
    add(&h, history_span(10), 1);
    assert_drawn(&h, 1, 10, true, "      █ █\n");
}

static int width_of(const char *row)
{
    return (int)strcspn(row, "\n");
}

/* Users of other monitors read the right end as now: what is newer is never to the left of what is older, and the
 * newest is in the last fifth from the first second on. */
static void test_the_newest_is_the_last_and_near_the_right_edge(void **state)
{
    enum { COLUMNS = 40 };
    static const char levels[] = "_.:-=+*#";
    const int span = history_span(COLUMNS);
    struct history h = { 0 };
    (void)state;

    for (int second = 1; second <= 3 * HISTORY_SHOWN; second++) {
        int shown, first;
        char *row;

        history_add(&h, reading_of(((second - 1) / span % 8 + 1) / 8.0)); /* a level a column, in their order */
        row = drawn(&h, 1, COLUMNS, false);
        shown = width_of(row);
        first = (int)strspn(row, " ");
        assert_true(second < span || shown > COLUMNS * 4 / 5);
        for (int i = first; i < shown; i++)
            assert_int_equal(row[i], levels[(second / span - shown + i) % 8]);
        if (second >= HISTORY_SHOWN + span)
            assert_true((shown - first) * span >= HISTORY_SHOWN);
        free(row);
    }
}

/* What a weak link has to carry: a column once in a span, and all of them twice a minute. */
static void test_all_moves_seldom(void **state)
{
    enum { COLUMNS = 40, SECONDS = 10 * HISTORY_SHOWN };
    struct history h = { 0 };
    char *before = drawn(&h, 1, COLUMNS, false), *after;
    int moves = 0;
    (void)state;

    for (int second = 1; second <= SECONDS; second++) {
        int changed = 0;

        history_add(&h, reading_of(second % 7 / 7.0));
        after = drawn(&h, 1, COLUMNS, false);
        for (int i = 0; i < COLUMNS; i++)
            changed += (i < width_of(before) ? before[i] : ' ') != (i < width_of(after) ? after[i] : ' ');
        moves += changed > 1;
        assert_true(changed == 0 || second % history_span(COLUMNS) == 0);
        free(before);
        before = after;
    }
    free(before);
    assert_in_range(moves, 1, SECONDS / 25);
}

static void test_all_widths_hold_two_minutes_and_the_history_holds_them(void **state)
{
    (void)state;
    for (int columns = HISTORY_COLUMNS_LEAST; columns <= HISTORY_SHOWN; columns++) {
        int seconds = history_span(columns) * columns;

        assert_true(seconds >= HISTORY_SHOWN && seconds + history_span(columns) <= HISTORY_SECONDS);
    }
}

static void test_the_top_is_a_round_figure_that_holds_still(void **state)
{
    const double mebi = 1 << 20;
    struct history h = { 0 };
    (void)state;

    assert_true(history_top(&h) == mebi);
    add(&h, 1, 3 * mebi);
    assert_true(history_top(&h) == 5 * mebi);
    add(&h, 1, 700 * mebi);
    assert_true(history_top(&h) == 1024 * mebi);
    add(&h, HISTORY_SECONDS, 150 * mebi); /* lower, but to be seen on the same scale */
    assert_true(history_top(&h) == 1024 * mebi);
    add(&h, HISTORY_SECONDS, 15 * mebi);
    assert_true(history_top(&h) == 20 * mebi);
    add(&h, 1, 0);
    assert_true(history_top(&h) == 20 * mebi);
}

static void test_a_rate_has_its_scale_beside_it(void **state)
{
    struct history h = { 0 };
    struct canvas c;
    struct error e;
    char *text;
    (void)state;

    add(&h, 9 * history_span(12), 150 << 20);
    assert_true(canvas_new(&c, 2, 20, true, &e));
    history_draw_rate(&c, &h);
    text = canvas_to_text(&c);
    assert_string_equal(text, "  ▄▄▄▄▄▄▄▄▄ │200 M\n"
                              "  █████████ │0\n");
    free(text);
    canvas_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mean_is_of_what_is_known_and_kept),
        cmocka_unit_test(test_heat_has_a_shade_for_each_share),
        cmocka_unit_test(test_levels_rise_by_eighths_in_either_world),
        cmocka_unit_test(test_a_taller_one_has_finer_levels),
        cmocka_unit_test(test_what_is_unknown_stays_blank),
        cmocka_unit_test(test_the_newest_is_the_last_and_near_the_right_edge),
        cmocka_unit_test(test_all_moves_seldom),
        cmocka_unit_test(test_all_widths_hold_two_minutes_and_the_history_holds_them),
        cmocka_unit_test(test_the_top_is_a_round_figure_that_holds_still),
        cmocka_unit_test(test_a_rate_has_its_scale_beside_it),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
