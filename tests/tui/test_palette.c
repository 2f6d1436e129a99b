/* The command palette: whatever can be done is found by a few letters of its name, and is done. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "nn/recipe/recipe_file.h"
#include "tests/support/desk.h"
#include "tests/support/golden.h"
#include "tui/commands.h"
#include "tui/fuzzy.h"
#include "tui/keys.h"
#include "tui/panels/panel.h"

static void command(const char *typed)
{
    desk_press(':');
    desk_type(typed);
    desk_press(KEYCODE_ENTER);
}

static void test_letters_that_follow_or_begin_words_fit_best(void **state)
{
    (void)state;
    assert_true(fuzzy_score("", "anything") > 0);
    assert_true(fuzzy_score("lr", "learning_rate") > 0);
    assert_int_equal(fuzzy_score("lx", "learning_rate"), 0);
    assert_true(fuzzy_score("lr", "learning_rate") > fuzzy_score("lr", "all colours"));
    assert_true(fuzzy_score("batch", "batch") > fuzzy_score("batch", "add layer batch_norm"));
    assert_true(fuzzy_score("BaT", "batch") > 0);
    assert_true(fuzzy_score("open mnist", "open mnist-cnn") > fuzzy_score("open mnist", "open lenet5"));
}

static bool has_entry(const char *name)
{
    for (int i = 0; i < commands_count(desk_app); i++)
        if (strstr(commands_at(desk_app, i).name, name))
            return true;
    return false;
}

static void assert_entry(const char *name)
{
    if (!has_entry(name))
        fail_msg("no command is called '%s'", name);
}

static void test_every_row_of_the_tables_is_a_command(void **state)
{
    char name[160];
    (void)state;

    assert_entry("write the recipe");
    for (int place = 0; place < PLACE_COUNT; place++)
        for (const struct key_help *k = panel_classes[place]->keys; k && k->keys; k++)
            assert_entry(k->help);
    for (int i = 0; recipe_preset_name(i); i++) {
        snprintf(name, sizeof name, "open %s", recipe_preset_name(i));
        assert_entry(name);
    }
    for (int i = 0; layer_classes[i]; i++) {
        snprintf(name, sizeof name, "add layer %s", layer_classes[i]->name);
        assert_entry(name);
    }
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        for (int j = 0; j < recipe_sections[i].fields->count; j++)
            assert_entry(recipe_sections[i].fields->fields[j].name);
    assert_false(has_entry("one line up or down")); /* no command: a panel sees to it */
}

static void test_a_command_is_found_by_a_few_letters_and_done(void **state)
{
    int layers = desk_app->draft.recipe.n_layers;
    (void)state;

    command("open lenet");
    assert_string_equal(desk_app->draft.recipe.name, "lenet5");
    desk_press('u');
    command("data colour");
    assert_string_equal(desk_app->draft.recipe.data.dataset, "colour");
    command("layer batch_norm");
    assert_int_equal(desk_app->draft.recipe.n_layers, layers + 1);
    assert_string_equal(desk_app->draft.recipe.layers[1].class->name, "batch_norm");
    command("undo");
    assert_int_equal(desk_app->draft.recipe.n_layers, layers);
    command("all keys");
    assert_true(desk_shows("Everywhere"));
    desk_press('q');
    command("quit");
    assert_true(desk_app->display.leave);
}

/* A panel's key is pressed in its panel. */
static void test_a_key_of_another_panel_goes_there(void **state)
{
    (void)state;
    command("add a layer after");
    assert_int_equal(desk_app->display.focus, PANEL_LAYERS);
    assert_true(desk_shows("Add a layer"));
    desk_press(KEYCODE_ESCAPE);
    desk_app->charts.zoomed = true;
    command("whole run again");
    assert_false(desk_app->charts.zoomed);
}

static void test_a_setting_is_set_to_what_follows_its_name(void **state)
{
    (void)state;
    command("learning_rate 0.01");
    assert_null(desk_app->display.dialog);
    assert_true(fabs(desk_app->draft.recipe.optimiser.learning_rate - 0.01) < 1e-12);
    assert_true(desk_shows("adam 0.01"));
    desk_press('u');
    assert_true(fabs(desk_app->draft.recipe.optimiser.learning_rate - 0.001) < 1e-12);

    command("epochs none");
    assert_non_null(desk_app->display.dialog); /* what is allowed is said, and the line can be mended */
    assert_true(desk_shows("a whole number"));
    desk_press(KEYCODE_CTRL_U);
    desk_type("lear");
    desk_press(KEYCODE_TAB);
    desk_type("0.5");
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    assert_true(fabs(desk_app->draft.recipe.optimiser.learning_rate - 0.5) < 1e-12);
}

/* Of the screen, too, and what is set is kept for the next session. */
static void test_a_setting_of_the_screen_is_set_and_kept(void **state)
{
    struct settings kept;
    struct error e;
    (void)state;

    assert_true(desk_app->display.mouse);
    command("screen_mouse no");
    assert_null(desk_app->display.dialog);
    assert_false(desk_app->display.mouse);
    assert_good(settings_read(&kept, &e), e);
    assert_false(kept.mouse);
}

static void test_nothing_is_done_where_nothing_fits(void **state)
{
    struct recipe before = desk_app->draft.recipe;
    (void)state;

    command("zzzzzz");
    assert_true(desk_shows("nothing has such a name"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
    assert_memory_equal(&desk_app->draft.recipe, &before, sizeof before);
}

static void test_the_palette_as_it_looks(void **state)
{
    (void)state;
    desk_press(':');
    golden_check_canvas("palette-80x24", desk_draw());
    desk_type("layer");
    desk_press(KEYCODE_DOWN);
    golden_check_canvas("palette-layer-80x24", desk_draw());
    app_resize(desk_app, 12, 40, true);
    golden_check_canvas("palette-40x12", desk_draw());
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters_that_follow_or_begin_words_fit_best),
        SCREEN_TEST(test_every_row_of_the_tables_is_a_command),
        SCREEN_TEST(test_a_command_is_found_by_a_few_letters_and_done),
        SCREEN_TEST(test_a_key_of_another_panel_goes_there),
        SCREEN_TEST(test_a_setting_is_set_to_what_follows_its_name),
        SCREEN_TEST(test_a_setting_of_the_screen_is_set_and_kept),
        SCREEN_TEST(test_nothing_is_done_where_nothing_fits),
        SCREEN_TEST(test_the_palette_as_it_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
