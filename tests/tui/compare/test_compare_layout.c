#include "tests/support/check.h"

#include "tui/compare/compare_layout.h"

enum { ROWS = 10, COLUMNS = 40, ROWS_MOST = 60, COLUMNS_MOST = 200, NEEDED_MOST = 14 };

static bool is_inside(struct rectangle a, struct rectangle b)
{
    return a.row >= b.row && a.column >= b.column && a.row + a.rows <= b.row + b.rows &&
           a.column + a.columns <= b.column + b.columns;
}

static bool is_below(struct rectangle a, struct rectangle b)
{
    return a.rows == 0 || b.rows == 0 || a.row >= b.row + b.rows;
}

static void check(const struct compare_layout *l, int rows, int columns)
{
    const struct rectangle all = { 0, 0, rows, columns };
    const struct rectangle inside = { l->box.row + 1, l->box.column + 1, l->box.rows - 2, l->box.columns - 2 };
    const struct rectangle texts[] = { l->differences, l->table, l->words, l->rest };

    assert_true(is_inside(l->box, all));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t j = 0; j < i; j++)
            if (texts[i].rows > 0) {
                assert_true(is_inside(texts[i], inside));
                assert_true(is_below(texts[i], texts[j]));
            }
    for (int i = 0; i < COMPARE_CHARTS; i++) {
        assert_true(is_inside(l->charts[i], all));
        assert_true(is_below(l->charts[i], l->box));
    }
}

static void test_nothing_overlaps_at_any_size(void **state)
{
    (void)state;
    for (int rows = ROWS; rows <= ROWS_MOST; rows++)
        for (int columns = COLUMNS; columns <= COLUMNS_MOST; columns += 40)
            for (int part = 0; part < COMPARE_PARTS; part++)
                for (int needed = 1; needed <= NEEDED_MOST; needed++) {
                    const struct compare_needs needs = { needed, NEEDED_MOST - needed + 3, needed / 3 };
                    const struct compare_layout l =
                        compare_layout_make(rows, columns, (enum compare_part)part, &needs);

                    check(&l, rows, columns);
                    assert_int_equal(l.table.rows > 0, part == COMPARE_ALL || part == COMPARE_TABLE);
                    assert_int_equal(l.differences.rows > 0, part == COMPARE_ALL || part == COMPARE_DIFFERENCES);
                }
}

static void test_wide_screens_have_two_charts_and_low_ones_none(void **state)
{
    const struct compare_needs needs = { 3, 4, 1 };
    struct compare_layout l;
    (void)state;

    l = compare_layout_make(22, 80, COMPARE_ALL, &needs);
    assert_true(l.charts[0].rows >= 9 && l.charts[1].rows == 0);
    l = compare_layout_make(58, 200, COMPARE_ALL, &needs);
    assert_int_equal(l.charts[1].rows, l.charts[0].rows);
    l = compare_layout_make(10, 40, COMPARE_ALL, &needs);
    assert_int_equal(l.charts[0].rows, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_overlaps_at_any_size),
        cmocka_unit_test(test_wide_screens_have_two_charts_and_low_ones_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
