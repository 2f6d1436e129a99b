/* The mouse: what it is over, and what pressing, dragging and the wheel do there. */
#include "tests/support/check.h"

#include "tests/support/desk.h"
#include "tui/keys.h"
#include "tui/state/spot.h"
#include "tui/term/mouse.h"

static void event(enum mouse_event what, int row, int column)
{
    desk_press(mouse_code(what, row, column));
}

static void press(int row, int column)
{
    event(MOUSE_PRESS, row, column);
    event(MOUSE_RELEASE, row, column);
}

/* Where a text is on the screen. */
static void find(const char *text, int *row, int *column)
{
    const struct canvas *c = desk_draw();

    for (*row = 0; *row < c->rows; (*row)++) {
        struct canvas line = canvas_part(c, (struct rectangle){ *row, 0, 1, c->columns });
        char *whole = canvas_to_text(&line), *at = strstr(whole, text);

        if (at) {
            *at = '\0';
            *column = canvas_text_width(whole);
            free(whole);
            return;
        }
        free(whole);
    }
    fail_msg("'%s' is not on the screen", text);
}

static void press_text(const char *text)
{
    int row, column;

    find(text, &row, &column);
    press(row, column);
}

/* Every cell of every size is at most one thing, and what is inside a frame is inside the screen. */
static void test_a_spot_is_inside_what_the_layout_shows(void **state)
{
    (void)state;
    for (int rows = 10; rows <= 60; rows += 7)
        for (int columns = 38; columns <= 200; columns += 9) {
            struct layout l = layout_make(rows, columns, (struct layout_wish){ .focus = PANEL_LAYERS });
            bool seen[PLACE_COUNT] = { false };

            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++) {
                    struct spot s = spot_find(&l, row, column);

                    if (s.kind != SPOT_PLACE)
                        continue;
                    seen[s.place] = true;
                    assert_int_equal(s.inside.row + s.row, row);
                    assert_int_equal(s.inside.column + s.column, column);
                    assert_true(s.inside.row + s.inside.rows < rows && s.inside.column + s.inside.columns < columns);
                }
            for (int i = 0; i < PANEL_COUNT; i++)
                assert_int_equal(seen[i], l.panels[i].area.rows > 0);
        }
}

static void test_a_press_goes_to_a_panel_and_selects_its_line(void **state)
{
    (void)state;
    press_text("maxpool 2×2         7×7×64");
    assert_int_equal(desk_app->display.focus, PANEL_LAYERS);
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 3);
    press_text("training  10 ep");
    assert_int_equal(desk_app->display.focus, PANEL_TRAINING);
    assert_int_equal(desk_app->display.selected[PANEL_TRAINING], 1);
    press_text("cpu  n/a");
    assert_int_equal(desk_app->display.focus, VIEW_READINGS);
    press_text("[x] cpu");
    assert_int_equal(desk_app->display.focus, PANEL_DEVICE);
}

static void test_a_second_press_is_enter(void **state)
{
    (void)state;
    press_text("colour");
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
    press_text("colour");
    assert_string_equal(desk_app->draft.recipe.data.dataset, "colour");
    press_text("conv 64 3×3");
    press_text("conv 64 3×3");
    assert_true(desk_shows("◂ 64 ▸"));
}

/* A list that moves below the pointer: the second press is about what the first one selected. */
static void test_a_second_press_in_the_same_cell_is_enter_though_the_list_has_moved(void **state)
{
    int row, column;
    (void)state;

    app_resize(desk_app, 12, 40, true);
    desk_go_to(PANEL_LAYERS);
    for (int i = 0; i < 12; i++)
        recipe_insert_layer(&desk_app->draft.recipe, 0, &desk_app->draft.recipe.layers[0]);
    app_recipe_changed(desk_app);
    find("2 Layers", &row, &column);
    press(row + 7, 5);
    assert_null(desk_app->display.dialog);
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 6);
    press(row + 7, 5);
    assert_true(desk_shows("Enter Done"));
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 6);
}

static void test_an_entry_of_the_key_line_is_pressed(void **state)
{
    (void)state;
    press_text("? Help");
    assert_true(desk_shows("Everywhere"));
    press_text("Esc Close");
    assert_null(desk_app->display.dialog);
    press_text("/ Path");
    assert_true(desk_shows("A folder, a file or a name:"));
}

static void test_lists_forms_and_questions_are_pressed(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    press_text("dropout");
    press_text("dropout");
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.recipe.layers[1].class->name, "dropout");
    desk_press(KEYCODE_F2);
    press_text("lenet5");
    desk_press(KEYCODE_ENTER);
    assert_string_equal(desk_app->draft.recipe.name, "lenet5");

    desk_go_to(PANEL_DATASET);
    press_text("torn");
    press_text("torn"); /* says why it cannot be read */
    press_text(" Esc  close");
    assert_null(desk_app->display.dialog);

    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    press_text("batch    ");
    desk_type("77");
    press_text("seed    "); /* another field takes what was typed */
    desk_press(KEYCODE_ENTER);
    assert_int_equal(desk_app->draft.recipe.training.batch, 77);
}

static void test_the_wheel_scrolls_what_is_under_it_and_leaves_the_focus(void **state)
{
    int row, column;
    (void)state;

    find("2 Layers", &row, &column);
    event(MOUSE_WHEEL_DOWN, row + 1, column);
    event(MOUSE_WHEEL_DOWN, row + 1, column);
    event(MOUSE_WHEEL_UP, row + 1, column);
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 1);
    assert_int_equal(desk_app->display.focus, PANEL_DATASET);
    desk_press(':');
    event(MOUSE_WHEEL_DOWN, 10, 40);
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

/* The cursor of the charts is where the button is held, at either end of the plot and between. */
static void test_a_drag_moves_the_cursor_of_the_charts_and_the_wheel_zooms_there(void **state)
{
    struct rectangle chart = desk_app->display.layout.charts[0].area;
    double before;
    (void)state;

    desk_app->charts.window = desk_app->charts.whole = (struct window){ .low = 0, .high = 100 };
    press(chart.row + 2, chart.column + 20);
    assert_int_equal(desk_app->display.focus, VIEW_CHARTS);
    assert_true(desk_app->charts.pointing);
    before = desk_app->charts.cursor;
    event(MOUSE_DRAG, chart.row + 2, chart.column + 30);
    assert_true(desk_app->charts.cursor > before);
    event(MOUSE_DRAG, chart.row + 2, chart.column + 1); /* the labels */
    assert_true(desk_app->charts.cursor >= 0 && desk_app->charts.cursor < before);
    event(MOUSE_DRAG, chart.row + 2, chart.column + chart.columns - 2);
    assert_true(desk_app->charts.cursor <= 100 && desk_app->charts.cursor > 95);
    desk_go_to(PANEL_LAYERS);
    event(MOUSE_WHEEL_UP, chart.row + 2, chart.column + 20);
    assert_int_equal(desk_app->display.focus, PANEL_LAYERS);
    assert_true(desk_app->charts.zoomed);
}

static void test_a_key_turns_the_mouse_off_and_on(void **state)
{
    (void)state;
    assert_true(desk_app->display.mouse);
    desk_press('m');
    assert_false(desk_app->display.mouse);
    assert_true(desk_shows("the mouse is off"));
    desk_press('m');
    assert_true(desk_app->display.mouse);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_spot_is_inside_what_the_layout_shows),
        SCREEN_TEST(test_a_press_goes_to_a_panel_and_selects_its_line),
        SCREEN_TEST(test_a_second_press_is_enter),
        SCREEN_TEST(test_a_second_press_in_the_same_cell_is_enter_though_the_list_has_moved),
        SCREEN_TEST(test_an_entry_of_the_key_line_is_pressed),
        SCREEN_TEST(test_lists_forms_and_questions_are_pressed),
        SCREEN_TEST(test_the_wheel_scrolls_what_is_under_it_and_leaves_the_focus),
        SCREEN_TEST(test_a_drag_moves_the_cursor_of_the_charts_and_the_wheel_zooms_there),
        SCREEN_TEST(test_a_key_turns_the_mouse_off_and_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
