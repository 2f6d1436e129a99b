#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "tui/state/layout.h"

enum { ROWS_MOST = 70, COLUMNS_MOST = 220 };

static bool shown(struct pane p)
{
    return p.area.rows > 0;
}

static int inside_rows(struct pane p)
{
    return p.area.rows - (p.open ? 1 : 2);
}

static const struct {
    int rows, most;
} sizes[PANEL_COUNT] = {
#define SIZE(position, name, rows, most, weight) { rows, most },
    PANELS(SIZE)
#undef SIZE
};

static struct layout make(int rows, int columns, enum place focus)
{
    enum place panel = focus < PANEL_COUNT ? focus : PANEL_LAYERS;

    return layout_make(rows, columns, (struct layout_wish){ .focus = focus, .panel = panel });
}

/* Every rectangle of a layout, with frames and without. */
enum { AREAS = 3 + PANEL_COUNT + CHARTS_TOGETHER + 1 };

static void all_areas(const struct layout *l, struct rectangle areas[AREAS])
{
    int n = 0;

    areas[n++] = l->status;
    areas[n++] = l->keys;
    areas[n++] = l->numbers;
    for (int i = 0; i < PANEL_COUNT; i++)
        areas[n++] = l->panels[i].area;
    for (int i = 0; i < CHARTS_TOGETHER; i++)
        areas[n++] = l->charts[i].area;
    areas[n++] = l->readings.area;
    assert_int_equal(n, AREAS);
}

static void assert_inside_and_apart(const struct layout *l, int rows, int columns)
{
    static unsigned char taken[ROWS_MOST][COLUMNS_MOST];
    struct rectangle areas[AREAS];

    all_areas(l, areas);
    memset(taken, 0, sizeof taken);
    for (int i = 0; i < AREAS; i++) {
        struct rectangle r = areas[i];

        if (r.rows == 0)
            continue;
        if (r.row < 0 || r.column < 0 || r.columns <= 0 || r.row + r.rows > rows || r.column + r.columns > columns)
            fail_msg("%d×%d: area %d is outside", columns, rows, i);
        for (int y = r.row; y < r.row + r.rows; y++)
            for (int x = r.column; x < r.column + r.columns; x++)
                if (taken[y][x]++)
                    fail_msg("%d×%d: area %d lies on another", columns, rows, i);
    }
    for (int y = 0; y < rows; y++) /* and no room is wasted */
        if (memchr(taken[y], 0, (size_t)columns) != NULL)
            fail_msg("%d×%d: row %d has a hole", columns, rows, y);
}

static void assert_room_inside(struct pane p, int least, int rows, int columns, const char *what)
{
    if (shown(p) && (inside_rows(p) < least || p.area.columns < 26))
        fail_msg("%d×%d: %s has no room", columns, rows, what);
}

static void assert_frames_have_room(const struct layout *l, int rows, int columns)
{
    for (int i = 0; i < PANEL_COUNT; i++)
        assert_room_inside(l->panels[i], 1, rows, columns, "a panel");
    for (int i = 0; i < CHARTS_TOGETHER; i++)
        assert_room_inside(l->charts[i], 4, rows, columns, "a chart");
    assert_room_inside(l->readings, 1, rows, columns, "the readings");
}

/* Where a place is; charts: the first of them. */
static struct pane pane_of(const struct layout *l, enum place place)
{
    return place == VIEW_CHARTS ? l->charts[0] : place == VIEW_READINGS ? l->readings : l->panels[place];
}

static int rows_needed(enum place place)
{
    return place == VIEW_CHARTS ? 4 : place == VIEW_READINGS ? 2 : int_min(sizes[place].rows, 3);
}

static void check_layout(int rows, int columns, struct layout_wish wish)
{
    struct layout l = layout_make(rows, columns, wish);

    assert_false(l.too_small);
    assert_inside_and_apart(&l, rows, columns);
    assert_frames_have_room(&l, rows, columns);
    if (l.status.rows != 1 || l.keys.rows != 1 || inside_rows(pane_of(&l, wish.focus)) < rows_needed(wish.focus))
        fail_msg("%d×%d: place %d in focus is not usable", columns, rows, wish.focus);
    if (wish.run && l.numbers.rows * l.numbers.columns < 2 * 80 && l.numbers.rows < LAYOUT_NUMBERS &&
        inside_rows(l.readings) < LAYOUT_NUMBERS)
        fail_msg("%d×%d: no numbers of the run with the focus on %d", columns, rows, wish.focus);
    if (wish.run && l.numbers.rows == 0 && l.readings.area.columns < 40)
        fail_msg("%d×%d: the numbers of the run have too few columns", columns, rows);
    assert_true(wish.run || l.numbers.rows == 0);
}

static void test_every_size_and_focus(void **state)
{
    (void)state;
    for (int rows = 12; rows <= ROWS_MOST; rows++)
        for (int columns = 40; columns <= COLUMNS_MOST; columns++)
            for (int focus = 0; focus < PLACE_COUNT; focus++) {
                struct layout_wish wish = { .focus = focus, .panel = focus < PANEL_COUNT ? focus : PANEL_TRAINING };

                for (int kind = 0; kind < 4; kind++) {
                    wish.whole = kind & 1;
                    wish.run = kind & 2;
                    check_layout(rows, columns, wish);
                }
            }
}

static void test_what_has_the_focus_can_fill_the_screen(void **state)
{
    (void)state;
    for (int focus = 0; focus < PLACE_COUNT; focus++) {
        struct layout l = layout_make(24, 80, (struct layout_wish){ .focus = focus, .whole = true });

        for (int other = 0; other < PLACE_COUNT; other++)
            assert_int_equal(shown(pane_of(&l, other)), other == focus);
        assert_int_equal(pane_of(&l, focus).area.columns, 80);
    }
}

static void test_a_view_in_focus_leaves_the_panels_as_they_are(void **state)
{
    struct layout_wish wish = { .focus = PANEL_TRAINING, .panel = PANEL_TRAINING };
    struct layout panel = layout_make(16, 80, wish), view;
    (void)state;

    wish.focus = VIEW_READINGS;
    view = layout_make(16, 80, wish);
    assert_memory_equal(panel.panels, view.panels, sizeof panel.panels);
    assert_true(shown(panel.charts[0]) && !shown(panel.readings)); /* no room for both */
    assert_true(shown(view.readings) && !shown(view.charts[0]));
}

static void test_everything_is_shown_at_80_by_24(void **state)
{
    struct layout l = make(24, 80, PANEL_LAYERS);
    struct rectangle areas[AREAS];
    int shown_areas = 0;
    (void)state;

    all_areas(&l, areas);
    for (int i = 0; i < AREAS; i++)
        shown_areas += areas[i].rows > 0;
    assert_int_equal(shown_areas, AREAS - 1); /* the numbers are among the readings */
    assert_int_equal(l.panels[PANEL_LAYERS].area.columns, 30);
    assert_int_equal(l.charts[0].area.columns, 50);
    assert_true(inside_rows(l.charts[0]) - inside_rows(l.charts[CHARTS_TOGETHER - 1]) <= 1); /* all of one height */
    assert_int_equal(inside_rows(l.readings), 5);
}

/* The height from which on each panel has its rows. */
static int rows_for_all(void)
{
    int rows = 2 + PANEL_COUNT + 1; /* the two lines, and those of the frames */

    for (int i = 0; i < PANEL_COUNT; i++)
        rows += sizes[i].rows;
    return rows;
}

static void test_moving_the_focus_moves_nothing_when_all_fits(void **state)
{
    int rows = rows_for_all();
    (void)state;

    for (int focus = 1; focus < PANEL_COUNT; focus++) {
        struct layout first = make(rows, 80, 0), other = make(rows, 80, focus);

        assert_memory_equal(&first, &other, sizeof first);
    }
}

static void test_parts_give_way_in_order(void **state)
{
    const int one_line_each = 2 + PANEL_COUNT + 1 + 6 + PANEL_COUNT - 1;
    struct layout l;
    (void)state;

    l = make(18, 80, PANEL_TRAINING); /* readings first */
    assert_false(shown(l.readings));
    assert_true(shown(l.charts[1]));
    l = make(one_line_each, 80, PANEL_TRAINING); /* panels without the focus have one line */
    assert_int_equal(inside_rows(l.panels[PANEL_DATASET]), 1);
    assert_int_equal(inside_rows(l.panels[PANEL_TRAINING]), 6);
    l = make(12, 80, PANEL_TRAINING);
    assert_false(shown(l.charts[1]));
    assert_true(shown(l.charts[0]));
    assert_false(shown(l.panels[PANEL_DATASET]));
    l = make(12, 40, PANEL_DEVICE); /* the panel in focus alone */
    for (int i = 0; i < PANEL_COUNT; i++)
        assert_int_equal(shown(l.panels[i]), i == PANEL_DEVICE);
    assert_false(shown(l.charts[0]));
    assert_false(shown(l.readings));
}

static void test_a_small_screen_shows_one_thing_at_a_time(void **state)
{
    (void)state;
    for (int focus = 0; focus < PLACE_COUNT; focus++) {
        struct layout l = make(12, 40, focus);

        for (int other = 0; other < PLACE_COUNT; other++)
            assert_int_equal(shown(pane_of(&l, other)), other == focus);
    }
}

static void test_neighbours_agree_who_draws_the_line_between(void **state)
{
    struct layout l = make(24, 80, PANEL_DATASET);
    (void)state;

    for (int i = 0; i < PANEL_COUNT; i++) {
        assert_int_equal(l.panels[i].joined, i > 0);
        assert_int_equal(l.panels[i].open, i < PANEL_COUNT - 1);
    }
    assert_false(l.charts[0].joined);
    assert_true(l.charts[CHARTS_TOGETHER - 1].open);
    assert_true(l.readings.joined && !l.readings.open);
}

static void test_a_larger_screen_gives_rows_to_the_layers_and_charts(void **state)
{
    struct layout l = make(50, 132, PANEL_DATASET);
    (void)state;

    assert_true(inside_rows(l.panels[PANEL_LAYERS]) >= 16);
    assert_true(inside_rows(l.charts[0]) * CHARTS_TOGETHER >= 30);
    assert_int_equal(l.panels[PANEL_LAYERS].area.columns, 43);
    assert_int_equal(make(50, 220, PANEL_DATASET).panels[PANEL_LAYERS].area.columns, 44);
}

static void test_no_panel_grows_beyond_its_most_and_none_shrinks_as_the_screen_grows(void **state)
{
    (void)state;
    for (int rows = rows_for_all(); rows < ROWS_MOST; rows++) {
        struct layout l = make(rows, 80, PANEL_DATASET), next = make(rows + 1, 80, PANEL_DATASET);

        for (int i = 0; i < PANEL_COUNT; i++) {
            assert_true(inside_rows(l.panels[i]) <= sizes[i].most);
            assert_true(inside_rows(next.panels[i]) >= inside_rows(l.panels[i]));
        }
    }
}

static void test_a_screen_too_small_says_so_and_places_nothing(void **state)
{
    static const int small[][2] = { { 11, 80 }, { 24, 39 }, { 1, 1 }, { 0, 0 } };
    struct rectangle areas[AREAS];
    (void)state;

    for (int i = 0; i < 4; i++) {
        struct layout l = make(small[i][0], small[i][1], PANEL_LAYERS);

        assert_true(l.too_small);
        all_areas(&l, areas);
        for (int j = 0; j < AREAS; j++)
            assert_int_equal(areas[j].rows, 0);
    }
}

/* Each line of a list that is longer than its rows is somewhere, and below and above them is none. */
static void test_a_row_of_a_list_has_the_line_that_is_drawn_there(void **state)
{
    enum { COUNT = 9, ROWS = 4 };
    (void)state;

    for (int selected = 0; selected < COUNT; selected++) {
        const int first = layout_first(selected, COUNT, ROWS);

        for (int row = 0; row < ROWS; row++)
            assert_int_equal(layout_line_at(selected, COUNT, ROWS, row), first + row);
        assert_int_equal(layout_line_at(selected, COUNT, ROWS, -1), -1);
        assert_int_equal(layout_line_at(selected, COUNT, ROWS, ROWS), -1);
    }
    assert_int_equal(layout_line_at(1, 2, ROWS, 1), 1);
    assert_int_equal(layout_line_at(1, 2, ROWS, 2), -1);
    assert_int_equal(layout_line_at(0, 0, ROWS, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_of_a_list_has_the_line_that_is_drawn_there),
        cmocka_unit_test(test_every_size_and_focus),
        cmocka_unit_test(test_everything_is_shown_at_80_by_24),
        cmocka_unit_test(test_moving_the_focus_moves_nothing_when_all_fits),
        cmocka_unit_test(test_parts_give_way_in_order),
        cmocka_unit_test(test_a_small_screen_shows_one_thing_at_a_time),
        cmocka_unit_test(test_what_has_the_focus_can_fill_the_screen),
        cmocka_unit_test(test_a_view_in_focus_leaves_the_panels_as_they_are),
        cmocka_unit_test(test_neighbours_agree_who_draws_the_line_between),
        cmocka_unit_test(test_a_larger_screen_gives_rows_to_the_layers_and_charts),
        cmocka_unit_test(test_no_panel_grows_beyond_its_most_and_none_shrinks_as_the_screen_grows),
        cmocka_unit_test(test_a_screen_too_small_says_so_and_places_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
