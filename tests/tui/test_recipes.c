/* Recipes that are opened and written from the panels, and the undoing of what changed them. */
#include "tests/support/check.h"

#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tui/keys.h"

static void test_recipes_are_opened_and_written(void **state)
{
    struct recipe read;
    struct error e = { 0 };

    desk_press(KEYCODE_F2);
    assert_true(desk_shows("One hidden layer, 784-128-10: "));
    desk_press('l');
    assert_true(desk_shows("LeNet-5 of 1998: "));
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

static void open_file(const char *folder, const char *name, const char *text)
{
    folder_put(folder, name, text);
    desk_press(KEYCODE_F2);
    desk_press(KEYCODE_END);
    desk_press(KEYCODE_ENTER);
    desk_type(folder_path(folder, name));
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
}

static void test_a_recipe_that_is_opened_brings_its_device(void **state)
{
    open_file(*state, "one.ini", "[training]\ndevice = cpu:1\n[layers]\nflatten =\ndense =\n");
    assert_string_equal(desk_app->draft.recipe.name, "one");
    assert_int_equal(desk_app->machine.device_error.kind, ERROR_NONE);
    assert_int_equal(desk_app->machine.device.choice.threads, 1);
}

/* As its run would make it: the weights are of a network for other classes. */
static void test_a_recipe_with_weights_gets_the_classes_of_its_data_set(void **state)
{
    open_file(*state, "five.ini", "[layers]\nflatten =\ndense = units=5\n");
    assert_int_not_equal(desk_app->draft.model_error.kind, ERROR_NONE);
    open_file(*state, "tuned.ini", "[training]\nweights = five.h5\n[layers]\nflatten =\ndense = units=5\n");
    assert_int_equal(desk_app->draft.model_error.kind, ERROR_NONE);
    assert_true(desk_shows("dense 10"));
    desk_press('u');
    assert_string_equal(desk_app->draft.recipe.training.weights, "");
    assert_true(desk_shows("dense 5"));
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

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        TEST(test_recipes_are_opened_and_written),
        TEST(test_a_recipe_that_is_opened_brings_its_device),
        TEST(test_a_recipe_with_weights_gets_the_classes_of_its_data_set),
        TEST(test_the_name_of_a_written_recipe_is_that_of_the_last_one_written),
        TEST(test_a_learning_rate_stays_one_that_a_recipe_can_hold),
        TEST(test_any_change_is_undone_in_any_panel),
        TEST(test_what_changes_nothing_leaves_the_undo_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
