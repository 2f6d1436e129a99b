/* The panels as they look, what is chosen and typed in them, and how the focus goes among them. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/keys.h"

static void test_first_screen(void **state)
{
    (void)state;
    golden_check_canvas("first-80x24", desk_draw());
    app_resize(desk_app, 24, 80, false);
    golden_check_canvas("first-80x24-ascii", desk_draw());
    app_resize(desk_app, 50, 132, true);
    golden_check_canvas("first-132x50", desk_draw());
    app_resize(desk_app, 12, 40, true);
    desk_go_to(PANEL_LAYERS);
    golden_check_canvas("layers-40x12", desk_draw());
    app_resize(desk_app, 11, 80, true);
    assert_true(desk_shows("The workbench needs 40 columns and 12 rows."));
}

static void test_dialogs_as_they_look(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    desk_press(KEYCODE_ENTER);
    golden_check_canvas("form-80x24", desk_draw());
    desk_press(KEYCODE_ESCAPE);
    desk_press('a');
    golden_check_canvas("add-layer-80x24", desk_draw());
}

static void test_choosing_a_data_set_infers_the_shapes_again(void **state)
{
    (void)state;
    assert_true(desk_shows("28×28×32"));
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    assert_string_equal(desk_app->draft.recipe.data.dataset, "colour");
    assert_true(desk_shows("▸colour"));
    assert_true(desk_shows("32×32×32"));
}

static void test_a_data_set_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    desk_press(KEYCODE_END);
    desk_press(' ');
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
    assert_true(desk_shows("torn.h5"));
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
}

static void test_any_path_can_be_typed(void **state)
{
    (void)state;
    desk_press('/');
    desk_type("/nowhere/at/all");
    desk_press(KEYCODE_ENTER);
    assert_non_null(desk_app->display.dialog);
    assert_true(desk_shows("/nowhere/at/all"));
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");

    desk_press(KEYCODE_CTRL_U);
    desk_type(folder_path(*state, "colour"));
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.recipe.data.dataset, folder_path(*state, "colour"));
    assert_int_equal(desk_app->datasets.info.channels, 3);
}

/* What to do next stays in sight, however much there is to say. */
static void test_a_long_error_leaves_the_keys_in_sight(void **state)
{
    (void)state;
    desk_press('/');
    for (int i = 0; i < 16; i++)
        desk_type("/a folder that is nowhere");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("a folder that is nowhere"));
    assert_true(desk_shows("Enter Done  Tab Complete  Ctrl-U Clear  Esc Cancel"));
    desk_press(KEYCODE_ESCAPE);

    snprintf(desk_app->datasets.error.text, sizeof desk_app->datasets.error.text, "%0300d", 0);
    desk_app->datasets.error.kind = ERROR_IO;
    draft_infer(&desk_app->draft, datasets_info(&desk_app->datasets));
    assert_true(desk_shows("0… F5 shows it all"));
    desk_press(KEYCODE_F5);
    assert_true(desk_shows("Esc  close"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

static void test_training_values_are_edited_by_section(void **state)
{
    (void)state;
    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_type("3");
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_DOWN);
    desk_type("250");
    desk_press(KEYCODE_DOWN); /* moving on takes what was typed */
    desk_press(KEYCODE_ENTER);
    assert_int_equal(desk_app->draft.recipe.training.epochs, 3);
    assert_int_equal(desk_app->draft.recipe.training.batch, 250);
    assert_true(desk_shows("3 ep, batch 250 "));
    app_resize(desk_app, 50, 132, true);
    desk_app->draft.recipe.training.precision = PRECISION_BF16;
    assert_true(desk_shows("3 epochs, batch 250, bf16"));

    desk_press('+');
    assert_true(fabs(desk_app->draft.recipe.optimiser.learning_rate - 0.002) < 1e-4);
    assert_true(desk_shows("adam 0.002"));
}

static void test_values_that_are_hardly_meant_are_marked(void **state)
{
    (void)state;
    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_DOWN);
    desk_type("65536");
    assert_true(desk_shows("a batch of 65536 for 6000 training images"));
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("!training"));
    desk_press('u');
    assert_int_equal(desk_app->draft.warnings.count, 0);
}

static void test_threads_are_chosen_on_the_device(void **state)
{
    (void)state;
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_LEFT);
    assert_string_equal(desk_app->draft.recipe.training.device, "cpu:3");
    desk_press(KEYCODE_RIGHT);
    assert_string_equal(desk_app->draft.recipe.training.device, "cpu");
}

static void paste(const char *text)
{
    for (; *text; text++)
        desk_press((unsigned char)*text | KEYCODE_PASTED);
}

static void test_pasted_text_goes_where_text_is_typed_and_nowhere_else(void **state)
{
    struct recipe before = desk_app->draft.recipe;
    (void)state;

    desk_go_to(PANEL_LAYERS);
    paste("dq5t");
    assert_memory_equal(&desk_app->draft.recipe, &before, sizeof before);
    assert_false(desk_app->display.leave);
    assert_true(desk_shows("pasted text is ignored here"));
    desk_press('?');
    paste("q");
    assert_non_null(desk_app->display.dialog);
    desk_press('q');
    desk_go_to(PANEL_DATASET);
    desk_press('/');
    paste("/nowhere\r/at all\r");
    assert_string_equal(desk_app->display.message, "");
    assert_true(desk_shows("/nowhere/at all"));
    desk_press(KEYCODE_ESCAPE);

    desk_go_to(PANEL_LAYERS);
    desk_press(KEYCODE_ENTER);
    paste("17");
    assert_true(desk_shows("gives 28×28×17"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_ESCAPE);
}

static void test_a_screen_that_is_too_small_takes_no_keys_blindly(void **state)
{
    (void)state;
    app_resize(desk_app, 11, 80, true);
    desk_press(KEYCODE_F5);
    assert_null(desk_app->live.run);
    desk_press('+');
    assert_float_equal(desk_app->draft.recipe.optimiser.learning_rate, 0.001, 1e-9);
    desk_press('q');
    assert_false(desk_app->display.leave);
    desk_press(KEYCODE_CTRL_L);
    assert_true(desk_app->display.redraw);
    desk_press(KEYCODE_F10);
    assert_true(desk_app->display.leave);
}

static void test_tab_goes_round_and_a_small_screen_shows_what_it_meets(void **state)
{
    static const char *const titles[PLACE_COUNT] = { "1 Dataset", "2 Layers", "3 Training",
                                                     "4 Device",  "5 loss",   "6 Imaginary" };
    (void)state;

    app_resize(desk_app, 12, 40, true);
    for (int i = 0; i < PLACE_COUNT; i++) {
        assert_int_equal(desk_app->display.focus, i);
        for (int other = 0; other < PLACE_COUNT; other++)
            assert_int_equal(desk_shows(titles[other]), other == i);
        desk_press(KEYCODE_TAB);
    }
    assert_int_equal(desk_app->display.focus, PANEL_DATASET);
    desk_press(KEYCODE_BACK_TAB);
    assert_int_equal(desk_app->display.focus, VIEW_READINGS);
    desk_press('5');
    assert_int_equal(desk_app->display.focus, VIEW_CHARTS);
    desk_press('9');
    assert_int_equal(desk_app->display.focus, VIEW_CHARTS);
}

static void test_what_has_the_focus_fills_the_screen_and_gives_it_back(void **state)
{
    (void)state;
    desk_go_to(VIEW_CHARTS);
    desk_press('f');
    assert_true(desk_shows("┌5 loss") && !desk_shows("1 Dataset") && !desk_shows("6 Imaginary"));
    desk_press(KEYCODE_TAB);
    assert_true(desk_shows("┌6 Imaginary") && !desk_shows("5 loss"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("1 Dataset") && desk_shows("5 loss") && desk_shows("6 Imaginary"));
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_first_screen),
        SCREEN_TEST(test_dialogs_as_they_look),
        SCREEN_TEST(test_choosing_a_data_set_infers_the_shapes_again),
        SCREEN_TEST(test_a_data_set_that_cannot_be_read_says_why),
        SCREEN_TEST(test_any_path_can_be_typed),
        SCREEN_TEST(test_a_long_error_leaves_the_keys_in_sight),
        SCREEN_TEST(test_training_values_are_edited_by_section),
        SCREEN_TEST(test_values_that_are_hardly_meant_are_marked),
        SCREEN_TEST(test_threads_are_chosen_on_the_device),
        SCREEN_TEST(test_tab_goes_round_and_a_small_screen_shows_what_it_meets),
        SCREEN_TEST(test_what_has_the_focus_fills_the_screen_and_gives_it_back),
        SCREEN_TEST(test_pasted_text_goes_where_text_is_typed_and_nowhere_else),
        SCREEN_TEST(test_a_screen_that_is_too_small_takes_no_keys_blindly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
