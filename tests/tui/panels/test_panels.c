#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk.h"
#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/recipe_file.h"
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

static void test_layers_are_added_moved_removed_and_brought_back(void **state)
{
    int before = desk_app->draft.recipe.n_layers;
    struct layer first = desk_app->draft.recipe.layers[0];
    (void)state;

    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    desk_press('b'); /* a letter goes to the first name that begins with it */
    desk_press(KEYCODE_ENTER);
    assert_int_equal(desk_app->draft.recipe.n_layers, before + 1);
    assert_string_equal(desk_app->draft.recipe.layers[1].class->name, "batch_norm");

    desk_press('[');
    assert_string_equal(desk_app->draft.recipe.layers[0].class->name, "batch_norm");
    desk_press('J');
    assert_string_equal(desk_app->draft.recipe.layers[1].class->name, "batch_norm");
    desk_press('D'); /* letters in either case */
    assert_int_equal(desk_app->draft.recipe.n_layers, before);
    assert_memory_equal(&desk_app->draft.recipe.layers[0], &first, sizeof first);
    desk_press('u');
    assert_string_equal(desk_app->draft.recipe.layers[1].class->name, "batch_norm");
    assert_true(desk_shows("undone: batch norm removed"));
    desk_press('u');
    desk_press('u');
    desk_press('u');
    assert_int_equal(desk_app->draft.recipe.n_layers, before);
    assert_true(desk_shows("undone: batch norm added"));
    desk_press('u');
    assert_true(desk_shows("nothing to undo"));
    desk_press('U');
    assert_true(desk_shows("done again: batch norm added"));
    desk_press(KEYCODE_CTRL_R);
    assert_string_equal(desk_app->draft.recipe.layers[0].class->name, "batch_norm");
}

static void test_any_change_is_undone_in_any_panel(void **state)
{
    struct recipe before = desk_app->draft.recipe;
    (void)state;

    desk_go_to(PANEL_DATASET);
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_LEFT);
    desk_press('+');
    desk_press(KEYCODE_F2);
    desk_press('l');
    desk_press(KEYCODE_ENTER);
    desk_press('u');
    assert_true(desk_shows("undone: recipe mnist-cnn → lenet5"));
    desk_press('u');
    assert_true(desk_shows("undone: optimiser learning rate 0.001 → 0.002"));
    desk_press('u');
    assert_true(desk_shows("undone: training device cpu → cpu:3"));
    desk_go_to(PANEL_TRAINING);
    desk_press('u');
    assert_true(desk_shows("undone: data dataset digits → colour"));
    assert_int_equal(recipe_changes(&desk_app->draft.recipe, &before, NULL, 0), 0);
}

static void test_a_form_edits_a_layer_and_shows_what_comes_of_it(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("gives 28×28×32, 320 of"));
    desk_type("16");
    assert_true(desk_shows("gives 28×28×16, 160 of"));
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_DOWN);
    desk_type("99");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("kernel"));
    assert_true(desk_shows("1..15"));
    desk_press(KEYCODE_ESCAPE); /* the kernel as it was */
    desk_press(KEYCODE_RIGHT);
    desk_press(KEYCODE_RIGHT);
    desk_press(KEYCODE_ENTER); /* done */
    assert_null(desk_app->display.dialog);
    assert_true(desk_shows("conv 16 5×5 relu"));
}

static void test_escape_leaves_the_layer_as_it_was(void **state)
{
    struct recipe before = desk_app->draft.recipe;
    (void)state;

    desk_go_to(PANEL_LAYERS);
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_RIGHT);
    desk_press(KEYCODE_ESCAPE);
    assert_memory_equal(&desk_app->draft.recipe, &before, sizeof before);
    desk_press('u');
    assert_true(desk_shows("nothing to undo"));
}

static void test_an_impossible_stack_is_shown_and_not_trained(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    while (strcmp(desk_app->draft.recipe.layers[0].class->name, "flatten") != 0)
        desk_press('d');
    desk_press('d');
    assert_int_not_equal(desk_app->draft.model_error.kind, ERROR_NONE);
    golden_check_canvas("impossible-80x24", desk_draw());
    desk_go_to(PANEL_DATASET);
    desk_press(KEYCODE_F5);
    assert_null(desk_app->live.run);
    assert_true(desk_app->display.dialog || desk_shows(desk_app->draft.model_error.text));
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

static void test_recipes_are_opened_and_written(void **state)
{
    struct recipe read;
    struct error e = { 0 };

    desk_press(KEYCODE_F2);
    desk_press('l');
    desk_press(KEYCODE_ENTER);
    assert_string_equal(desk_app->draft.recipe.name, "lenet5");
    assert_true(desk_shows("conv 6 5"));

    desk_press(KEYCODE_F3);
    desk_press(KEYCODE_CTRL_U);
    desk_type(folder_path(*state, "mine.ini"));
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    assert_true(recipe_load(&read, folder_path(*state, "mine.ini"), &e));
    assert_int_equal(read.n_layers, desk_app->draft.recipe.n_layers);

    desk_press(KEYCODE_F3); /* there already: asks */
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("already exists"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

static void test_a_recipe_that_is_opened_brings_its_device(void **state)
{
    folder_put(*state, "one.ini", "[training]\ndevice = cpu:1\n[layers]\nflatten =\ndense =\n");
    desk_press(KEYCODE_F2);
    desk_press(KEYCODE_END);
    desk_press(KEYCODE_ENTER);
    desk_type(folder_path(*state, "one.ini"));
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.recipe.name, "one");
    assert_int_equal(desk_app->machine.device_error.kind, ERROR_NONE);
    assert_int_equal(desk_app->machine.device.choice.threads, 1);
}

static void test_the_name_of_a_written_recipe_is_that_of_the_last_one_written(void **state)
{
    (void)state;
    desk_press(KEYCODE_F3);
    assert_true(desk_shows("mnist-cnn.ini"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_F2);
    desk_press('l');
    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_F3);
    assert_true(desk_shows("lenet5.ini"));
    desk_press(KEYCODE_ESCAPE);

    folder_put(*state, "old.ini", "");
    desk_press(KEYCODE_F3);
    desk_press(KEYCODE_CTRL_U);
    desk_type(folder_path(*state, "old.ini"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("already exists"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_F3);
    assert_true(desk_shows("lenet5.ini"));
    desk_press(KEYCODE_CTRL_U);
    desk_type(folder_path(*state, "old.ini"));
    desk_press(KEYCODE_ENTER);
    desk_press('r');
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.path, folder_path(*state, "old.ini"));
    assert_true(desk_app->display.message_role == ROLE_GOOD);
}

static void test_a_learning_rate_stays_one_that_a_recipe_can_hold(void **state)
{
    struct recipe read;
    struct error e = { 0 };

    for (int i = 0; i < 30; i++)
        desk_press('+');
    assert_true(desk_shows("1e-10..100"));
    assert_true(recipe_save(&desk_app->draft.recipe, folder_path(*state, "high.ini"), &e));
    assert_true(recipe_load(&read, folder_path(*state, "high.ini"), &e));
    assert_true(read.optimiser.learning_rate > 50);
    for (int i = 0; i < 60; i++)
        desk_press('-');
    assert_true(recipe_save(&desk_app->draft.recipe, folder_path(*state, "low.ini"), &e));
    assert_true(recipe_load(&read, folder_path(*state, "low.ini"), &e));
}

static void test_what_changes_nothing_leaves_the_undo_alone(void **state)
{
    struct recipe before = desk_app->draft.recipe;
    (void)state;

    desk_go_to(PANEL_LAYERS);
    desk_press('d');
    desk_go_to(PANEL_DATASET);
    desk_press(KEYCODE_ENTER); /* the data set that is chosen already */
    desk_go_to(PANEL_DEVICE);
    desk_press(KEYCODE_ENTER); /* and the device */
    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_ENTER); /* a form with nothing typed into it */
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    desk_go_to(PANEL_LAYERS);
    desk_press('u');
    assert_int_equal(recipe_changes(&desk_app->draft.recipe, &before, NULL, 0), 0);

    while (desk_app->draft.recipe.n_layers < LAYERS_MAX)
        assert_true(recipe_insert_layer(&desk_app->draft.recipe, 0, &before.layers[0]));
    app_recipe_changed(desk_app);
    desk_press('a');
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("a recipe has at most"));
    desk_press('u');
    assert_int_equal(recipe_changes(&desk_app->draft.recipe, &before, NULL, 0), 0);
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
        SCREEN_TEST(test_layers_are_added_moved_removed_and_brought_back),
        SCREEN_TEST(test_any_change_is_undone_in_any_panel),
        SCREEN_TEST(test_a_form_edits_a_layer_and_shows_what_comes_of_it),
        SCREEN_TEST(test_escape_leaves_the_layer_as_it_was),
        SCREEN_TEST(test_an_impossible_stack_is_shown_and_not_trained),
        SCREEN_TEST(test_training_values_are_edited_by_section),
        SCREEN_TEST(test_values_that_are_hardly_meant_are_marked),
        SCREEN_TEST(test_threads_are_chosen_on_the_device),
        SCREEN_TEST(test_recipes_are_opened_and_written),
        SCREEN_TEST(test_a_recipe_that_is_opened_brings_its_device),
        SCREEN_TEST(test_the_name_of_a_written_recipe_is_that_of_the_last_one_written),
        SCREEN_TEST(test_a_learning_rate_stays_one_that_a_recipe_can_hold),
        SCREEN_TEST(test_what_changes_nothing_leaves_the_undo_alone),
        SCREEN_TEST(test_tab_goes_round_and_a_small_screen_shows_what_it_meets),
        SCREEN_TEST(test_what_has_the_focus_fills_the_screen_and_gives_it_back),
        SCREEN_TEST(test_pasted_text_goes_where_text_is_typed_and_nowhere_else),
        SCREEN_TEST(test_a_screen_that_is_too_small_takes_no_keys_blindly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
