/* The panel of layers: they are added, moved, removed and edited. */
#include "tests/support/check.h"

#include "tests/support/desk.h"
#include "tests/support/golden.h"
#include "tui/keys.h"

static void test_layers_are_added_moved_removed_and_brought_back(void **state)
{
    int before = desk_app->draft.recipe.n_layers;
    struct layer first = desk_app->draft.recipe.layers[0];
    (void)state;

    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    desk_press('b'); /* a letter goes to the next name that begins with it: bottleneck, then batch_norm */
    desk_press('b');
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

/* The first layers: what is put among them stays frozen with them. */
static void test_layers_are_frozen_up_to_one(void **state)
{
    const int *freeze = &desk_app->draft.recipe.training.freeze;
    (void)state;

    desk_go_to(PANEL_LAYERS);
    desk_press(KEYCODE_DOWN);
    desk_press('z');
    assert_int_equal(*freeze, 2);
    assert_true(desk_shows("layers up to 2 stay as they are"));
    assert_true(desk_shows("trained"));
    desk_press(KEYCODE_HOME);
    desk_press('d');
    assert_int_equal(*freeze, 1);
    desk_press('a');
    desk_press('b');
    desk_press(KEYCODE_ENTER);
    assert_int_equal(*freeze, 1); /* behind the frozen one */
    desk_press('z');
    assert_int_equal(*freeze, 2);
    desk_press(KEYCODE_END);
    desk_press('z');
    assert_true(desk_shows("nothing is left to train"));
    desk_press(KEYCODE_HOME);
    desk_press('Z');
    assert_int_equal(*freeze, 0);
    assert_true(desk_shows("all layers are trained"));
    desk_press('u');
    desk_press('u');
    assert_int_equal(*freeze, 2);
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

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        TEST(test_layers_are_added_moved_removed_and_brought_back),
        TEST(test_a_form_edits_a_layer_and_shows_what_comes_of_it),
        TEST(test_escape_leaves_the_layer_as_it_was),
        TEST(test_layers_are_frozen_up_to_one),
        TEST(test_an_impossible_stack_is_shown_and_not_trained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
