#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/layout.h"

enum { ROWS_MOST = 70, COLUMNS_MOST = 220 };

static bool shown(const struct layout *l, enum place p)
{
    return l->place[p].rows > 0;
}

static int inside_rows(const struct layout *l, enum place p)
{
    return l->place[p].rows - (l->open[p] ? 1 : 2);
}

static void assert_inside_and_apart(const struct layout *l, int rows, int columns)
{
    static unsigned char taken[ROWS_MOST][COLUMNS_MOST];

    memset(taken, 0, sizeof taken);
    for (enum place p = 0; p < PLACE_COUNT; p++) {
        struct rectangle r = l->place[p];

        if (r.rows == 0)
            continue;
        if (r.row < 0 || r.column < 0 || r.columns <= 0 || r.row + r.rows > rows || r.column + r.columns > columns)
            fail_msg("%d×%d: place %d is outside", columns, rows, p);
        for (int y = r.row; y < r.row + r.rows; y++)
            for (int x = r.column; x < r.column + r.columns; x++)
                if (taken[y][x]++)
                    fail_msg("%d×%d: place %d lies on another", columns, rows, p);
    }
    for (int y = 0; y < rows; y++) /* and no room is wasted */
        if (memchr(taken[y], 0, (size_t)columns) != NULL)
            fail_msg("%d×%d: row %d has a hole", columns, rows, y);
}

static void assert_frames_have_room(const struct layout *l, int rows, int columns)
{
    for (enum place p = PLACE_DATASET; p <= PLACE_READINGS; p++)
        if (shown(l, p) && (inside_rows(l, p) < 1 || l->place[p].columns < 26))
            fail_msg("%d×%d: place %d has no inside", columns, rows, p);
    for (enum place p = PLACE_LOSS; p <= PLACE_ACCURACY; p++)
        if (shown(l, p) && inside_rows(l, p) < 4)
            fail_msg("%d×%d: chart %d is too low to read", columns, rows, p);
}

static void test_every_size_and_focus(void **state)
{
    (void)state;
    for (int rows = 12; rows <= ROWS_MOST; rows++)
        for (int columns = 40; columns <= COLUMNS_MOST; columns++)
            for (enum place focus = PLACE_DATASET; focus <= PLACE_DEVICE; focus++) {
                struct layout l = layout_make(rows, columns, focus);

                assert_false(l.too_small);
                assert_inside_and_apart(&l, rows, columns);
                assert_frames_have_room(&l, rows, columns);
                if (!shown(&l, PLACE_STATUS) || !shown(&l, PLACE_KEYS) || inside_rows(&l, focus) < 3)
                    fail_msg("%d×%d: panel %d in focus is not usable", columns, rows, focus);
            }
}

static void test_the_whole_picture_fits_80_by_24(void **state)
{
    struct layout l = layout_make(24, 80, PLACE_LAYERS);
    (void)state;

    for (enum place p = 0; p < PLACE_COUNT; p++)
        assert_true(shown(&l, p));
    assert_int_equal(l.place[PLACE_LAYERS].columns, 30);
    assert_int_equal(l.place[PLACE_LOSS].columns, 50);
    assert_int_equal(inside_rows(&l, PLACE_LOSS), 7);
    assert_int_equal(inside_rows(&l, PLACE_ACCURACY), 7);
    assert_int_equal(inside_rows(&l, PLACE_READINGS), 4);
}

static void test_moving_the_focus_moves_nothing_when_all_fits(void **state)
{
    struct layout first = layout_make(24, 80, PLACE_DATASET), last = layout_make(24, 80, PLACE_DEVICE);
    (void)state;

    assert_memory_equal(&first.place, &last.place, sizeof first.place);
}

static void test_panels_give_way_in_order(void **state)
{
    struct layout l;
    (void)state;

    l = layout_make(18, 80, PLACE_TRAINING); /* readings first */
    assert_false(shown(&l, PLACE_READINGS));
    assert_true(shown(&l, PLACE_ACCURACY));
    l = layout_make(16, 80, PLACE_TRAINING); /* panels without the focus are one line */
    assert_int_equal(inside_rows(&l, PLACE_DATASET), 1);
    assert_int_equal(inside_rows(&l, PLACE_TRAINING), 6);
    l = layout_make(12, 80, PLACE_TRAINING);
    assert_false(shown(&l, PLACE_ACCURACY));
    assert_true(shown(&l, PLACE_LOSS));
    assert_false(shown(&l, PLACE_DATASET));
    l = layout_make(12, 40, PLACE_DEVICE); /* the panel in focus alone */
    for (enum place p = PLACE_DATASET; p <= PLACE_READINGS; p++)
        assert_int_equal(shown(&l, p), p == PLACE_DEVICE);
}

static void test_neighbours_agree_who_draws_the_line_between(void **state)
{
    struct layout l = layout_make(24, 80, PLACE_DATASET);
    (void)state;

    assert_false(l.joined[PLACE_DATASET]);
    assert_true(l.open[PLACE_DATASET] && l.joined[PLACE_LAYERS]);
    assert_true(l.open[PLACE_TRAINING] && l.joined[PLACE_DEVICE]);
    assert_false(l.open[PLACE_DEVICE]);
    assert_false(l.joined[PLACE_LOSS]);
    assert_true(l.joined[PLACE_READINGS] && !l.open[PLACE_READINGS]);
}

static void test_a_larger_screen_gives_rows_to_the_layers_and_charts(void **state)
{
    struct layout l = layout_make(50, 132, PLACE_DATASET);
    (void)state;

    assert_true(inside_rows(&l, PLACE_LAYERS) >= 18);
    assert_true(inside_rows(&l, PLACE_LOSS) >= 16);
    assert_int_equal(l.place[PLACE_LAYERS].columns, 43);
    assert_int_equal(layout_make(50, 220, PLACE_DATASET).place[PLACE_LAYERS].columns, 44);
}

static void test_a_screen_too_small_says_so_and_places_nothing(void **state)
{
    static const int sizes[][2] = { { 11, 80 }, { 24, 39 }, { 1, 1 }, { 0, 0 } };
    (void)state;

    for (int i = 0; i < 4; i++) {
        struct layout l = layout_make(sizes[i][0], sizes[i][1], PLACE_LAYERS);

        assert_true(l.too_small);
        for (enum place p = 0; p < PLACE_COUNT; p++)
            assert_false(shown(&l, p));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_and_focus),
        cmocka_unit_test(test_the_whole_picture_fits_80_by_24),
        cmocka_unit_test(test_moving_the_focus_moves_nothing_when_all_fits),
        cmocka_unit_test(test_panels_give_way_in_order),
        cmocka_unit_test(test_neighbours_agree_who_draws_the_line_between),
        cmocka_unit_test(test_a_larger_screen_gives_rows_to_the_layers_and_charts),
        cmocka_unit_test(test_a_screen_too_small_says_so_and_places_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
