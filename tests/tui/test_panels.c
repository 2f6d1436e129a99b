#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tui/actions.h"
#include "tui/app.h"
#include "tui/keys.h"
#include "tui/screen.h"

static struct app *app;
static struct canvas canvas;

static void nobody_listens(void *context)
{
    (void)context;
}

/* A machine that is the same everywhere. */
static void pretend_machine(struct app *a)
{
    a->n_devices = 1;
    a->devices[0].info = (struct device_info){ .id = "cpu", .name = "Imaginary 9000 16-Core Processor", .threads = 4,
                                               .threads_all = 16 };
    a->device.info = a->devices[0].info;
    a->device.choice.threads = 4;
    sscanf(a->recipe.training.device, "cpu:%d", &a->device.choice.threads);
    a->device_error.kind = ERROR_NONE;
    a->cores = (struct cores){ .usable = 4, .all = 16, .limit = "cgroup quota" };
    a->job = (struct job){ .inside = true, .id = "4711" };
    a->readings = (struct host_readings){ .resident = { true, 410 << 20 },
                                          .memory_used = { true, 3e9 },
                                          .memory_limit = { true, 16.0 * (1 << 30) } };
}

/* Two readable data sets (the built-in digits and a colour one) and one that is not. */
static int open_screen(void **state)
{
    static unsigned char record[3073];
    struct recipe recipe;
    struct error e = { 0 };

    setlocale(LC_ALL, "C.UTF-8");
    if (folder_setup(state) != 0)
        return -1;
    for (int i = 1; i <= 5; i++) {
        char name[32];

        snprintf(name, sizeof name, "data_batch_%d.bin", i);
        folder_put(*state, "colour/unused", "");
        folder_write(folder_path(*state, "colour"), name, record, sizeof record);
    }
    folder_write(folder_path(*state, "colour"), "test_batch.bin", record, sizeof record);
    folder_put(*state, "torn.h5", "this is no HDF5 file");
    setenv("CUVETTE_DATA", *state, 1);

    if (!recipe_load(&recipe, "mnist-cnn", &e))
        return -1;
    app = app_new(&recipe, (struct trainer_events){ .changed = nobody_listens }, &e);
    if (!app) {
        print_error("%s\n", e.text);
        return -1;
    }
    pretend_machine(app);
    app_resize(app, 24, 80, true);
    return 0;
}

static int close_screen(void **state)
{
    app_free(app);
    app = NULL;
    canvas_free(&canvas);
    unsetenv("CUVETTE_DATA");
    return folder_teardown(state);
}

static void press(int key)
{
    actions_key(app, key);
    pretend_machine(app);
}

static void type(const char *text)
{
    for (; *text; text++)
        press((unsigned char)*text);
}

static const struct canvas *draw(void)
{
    struct error e;

    canvas_free(&canvas);
    assert_true(canvas_new(&canvas, app->rows, app->columns, app->unicode, &e));
    screen_draw(app, &canvas);
    return &canvas;
}

static bool shows(const char *text)
{
    char *screen = canvas_to_text(draw());
    bool found;

    assert_non_null(screen);
    found = strstr(screen, text) != NULL;
    if (!found)
        print_message("'%s' is not on the screen:\n%s", text, screen);
    free(screen);
    return found;
}

static void test_first_screen(void **state)
{
    (void)state;
    golden_check_canvas("first-80x24", draw());
    app_resize(app, 24, 80, false);
    golden_check_canvas("first-80x24-ascii", draw());
    app_resize(app, 50, 132, true);
    golden_check_canvas("first-132x50", draw());
    app_resize(app, 12, 40, true);
    press('2');
    golden_check_canvas("layers-40x12", draw());
    app_resize(app, 11, 80, true);
    assert_true(shows("The workbench needs 40 columns and 12 rows."));
}

static void test_dialogs_as_they_look(void **state)
{
    (void)state;
    press('2');
    press(KEYCODE_ENTER);
    golden_check_canvas("form-80x24", draw());
    press(KEYCODE_ESCAPE);
    press('a');
    golden_check_canvas("add-layer-80x24", draw());
    press(KEYCODE_ESCAPE);
    press(KEYCODE_F1);
    golden_check_canvas("help-80x24", draw());
}

static void test_choosing_a_data_set_infers_the_shapes_again(void **state)
{
    (void)state;
    assert_true(shows("28×28×32"));
    press(KEYCODE_DOWN);
    press(KEYCODE_ENTER);
    assert_string_equal(app->recipe.data.dataset, "colour");
    assert_true(shows("▸colour"));
    assert_true(shows("32×32×32"));
}

static void test_a_data_set_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    press(KEYCODE_END);
    press(' ');
    assert_string_equal(app->recipe.data.dataset, "digits");
    assert_true(shows("torn.h5"));
    press(KEYCODE_ENTER);
    assert_null(app->dialog);
}

static void test_any_path_can_be_typed(void **state)
{
    (void)state;
    press('/');
    type("/nowhere/at/all");
    press(KEYCODE_ENTER);
    assert_non_null(app->dialog);
    assert_true(shows("/nowhere/at/all"));
    assert_string_equal(app->recipe.data.dataset, "digits");

    press(21 /* Ctrl-U */);
    type(folder_path(*state, "colour"));
    press(KEYCODE_ENTER);
    assert_null(app->dialog);
    assert_string_equal(app->recipe.data.dataset, folder_path(*state, "colour"));
    assert_int_equal(app->dataset.channels, 3);
}

/* What to do next stays in sight, however much there is to say. */
static void test_a_long_error_leaves_the_keys_in_sight(void **state)
{
    (void)state;
    press('/');
    for (int i = 0; i < 16; i++)
        type("/a folder that is nowhere");
    press(KEYCODE_ENTER);
    assert_true(shows("a folder that is nowhere"));
    assert_true(shows("Enter done   Ctrl-U clear   Esc cancel"));
    press(KEYCODE_ESCAPE);

    snprintf(app->dataset_error.text, sizeof app->dataset_error.text, "%0300d", 0);
    app->dataset_error.kind = ERROR_IO;
    assert_true(shows("0… F5 tells all"));
    press(KEYCODE_F5);
    assert_true(shows("Esc  close"));
    press(KEYCODE_ESCAPE);
    assert_null(app->dialog);
}

static void test_layers_are_added_moved_removed_and_brought_back(void **state)
{
    int before = app->recipe.n_layers;
    struct layer first = app->recipe.layers[0];
    (void)state;

    press('2');
    press('a');
    press('b'); /* a letter goes to the first name that begins with it */
    press(KEYCODE_ENTER);
    assert_int_equal(app->recipe.n_layers, before + 1);
    assert_string_equal(app->recipe.layers[1].class->name, "batch_norm");

    press('[');
    assert_string_equal(app->recipe.layers[0].class->name, "batch_norm");
    press('J');
    assert_string_equal(app->recipe.layers[1].class->name, "batch_norm");
    press('D'); /* letters in either case */
    assert_int_equal(app->recipe.n_layers, before);
    assert_memory_equal(&app->recipe.layers[0], &first, sizeof first);
    press('U');
    assert_string_equal(app->recipe.layers[1].class->name, "batch_norm");
}

static void test_a_form_edits_a_layer_and_shows_what_comes_of_it(void **state)
{
    (void)state;
    press('2');
    press(KEYCODE_ENTER);
    assert_true(shows("gives 28×28×32, 320 of"));
    type("16");
    assert_true(shows("gives 28×28×16, 160 of"));
    press(KEYCODE_ENTER);
    press(KEYCODE_DOWN);
    type("99");
    press(KEYCODE_ENTER);
    assert_true(shows("kernel"));
    assert_true(shows("1..15"));
    press(KEYCODE_ESCAPE); /* the kernel as it was */
    press(KEYCODE_RIGHT);
    press(KEYCODE_RIGHT);
    press(KEYCODE_ENTER); /* done */
    assert_null(app->dialog);
    assert_true(shows("conv 16 5×5 relu"));
}

static void test_escape_leaves_the_layer_as_it_was(void **state)
{
    struct recipe before = app->recipe;
    (void)state;

    press('2');
    press(KEYCODE_ENTER);
    press(KEYCODE_RIGHT);
    press(KEYCODE_ESCAPE);
    assert_memory_equal(&app->recipe, &before, sizeof before);
    assert_false(app->can_undo);
}

static void test_an_impossible_stack_is_shown_and_not_trained(void **state)
{
    (void)state;
    press('2');
    while (strcmp(app->recipe.layers[0].class->name, "flatten") != 0)
        press('d');
    press('d');
    assert_int_not_equal(app->model_error.kind, ERROR_NONE);
    golden_check_canvas("impossible-80x24", draw());
    press('1');
    press(KEYCODE_F5);
    assert_null(app->live.run);
    assert_true(app->dialog || shows(app->model_error.text));
}

static void test_training_values_are_edited_by_section(void **state)
{
    (void)state;
    press('3');
    press(KEYCODE_DOWN);
    press(KEYCODE_ENTER);
    type("3");
    press(KEYCODE_ENTER);
    press(KEYCODE_DOWN);
    type("250");
    press(KEYCODE_DOWN); /* moving on takes what was typed */
    press(KEYCODE_ENTER);
    assert_int_equal(app->recipe.training.epochs, 3);
    assert_int_equal(app->recipe.training.batch, 250);
    assert_true(shows("3 ep, batch 250"));

    press('+');
    assert_true(app->recipe.optimiser.learning_rate > 0.0019 && app->recipe.optimiser.learning_rate < 0.0021);
    assert_true(shows("adam 0.002"));
}

static void test_threads_are_chosen_on_the_device(void **state)
{
    (void)state;
    press('4');
    press(KEYCODE_LEFT);
    assert_string_equal(app->recipe.training.device, "cpu:3");
    press(KEYCODE_RIGHT);
    assert_string_equal(app->recipe.training.device, "cpu");
}

static void test_help_tells_every_key(void **state)
{
    static char all[1 << 17];
    size_t used = 0;
    (void)state;

    press('?');
    for (int page = 0; page < 8; page++) {
        char *screen = canvas_to_text(draw());

        used += (size_t)snprintf(all + used, sizeof all - used, "%s", screen);
        free(screen);
        press(KEYCODE_PAGE_DOWN);
    }
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        assert_non_null(strstr(all, b->help));
    for (int i = 0; i < PANEL_COUNT; i++)
        for (const struct key_help *k = panel_classes[i]->keys; k->keys; k++)
            assert_non_null(strstr(all, k->help));
    press('x');
    assert_null(app->dialog);
}

static void test_recipes_are_opened_and_written(void **state)
{
    struct recipe read;
    struct error e = { 0 };

    press(KEYCODE_F2);
    press('l');
    press(KEYCODE_ENTER);
    assert_string_equal(app->recipe.name, "lenet5");

    press(KEYCODE_F3);
    press(21 /* Ctrl-U */);
    type(folder_path(*state, "mine.ini"));
    press(KEYCODE_ENTER);
    assert_null(app->dialog);
    assert_true(recipe_load(&read, folder_path(*state, "mine.ini"), &e));
    assert_int_equal(read.n_layers, app->recipe.n_layers);

    press(KEYCODE_F3); /* there already: asks */
    press(KEYCODE_ENTER);
    assert_true(shows("is there already"));
    press(KEYCODE_ESCAPE);
    assert_null(app->dialog);
}

static void test_the_name_of_a_written_recipe_is_that_of_the_last_one_written(void **state)
{
    (void)state;
    press(KEYCODE_F3);
    assert_true(shows("mnist-cnn.ini"));
    press(KEYCODE_ESCAPE);
    press(KEYCODE_F2);
    press('l');
    press(KEYCODE_ENTER);
    press(KEYCODE_F3);
    assert_true(shows("lenet5.ini"));
    press(KEYCODE_ESCAPE);

    folder_put(*state, "old.ini", "");
    press(KEYCODE_F3);
    press(21 /* Ctrl-U */);
    type(folder_path(*state, "old.ini"));
    press(KEYCODE_ENTER);
    assert_true(shows("is there already"));
    press(KEYCODE_ESCAPE);
    press(KEYCODE_F3);
    assert_true(shows("lenet5.ini"));
    press(21 /* Ctrl-U */);
    type(folder_path(*state, "old.ini"));
    press(KEYCODE_ENTER);
    press('r');
    assert_null(app->dialog);
    assert_string_equal(app->recipe_path, folder_path(*state, "old.ini"));
    assert_true(app->message_role == ROLE_GOOD);
}

static void test_a_learning_rate_stays_one_that_a_recipe_can_hold(void **state)
{
    struct recipe read;
    struct error e = { 0 };

    for (int i = 0; i < 30; i++)
        press('+');
    assert_true(shows("1e-10..100"));
    assert_true(recipe_save(&app->recipe, folder_path(*state, "high.ini"), &e));
    assert_true(recipe_load(&read, folder_path(*state, "high.ini"), &e));
    assert_true(read.optimiser.learning_rate > 50);
    for (int i = 0; i < 60; i++)
        press('-');
    assert_true(recipe_save(&app->recipe, folder_path(*state, "low.ini"), &e));
    assert_true(recipe_load(&read, folder_path(*state, "low.ini"), &e));
}

static void test_what_changes_nothing_leaves_the_undo_alone(void **state)
{
    struct recipe before = app->recipe;
    (void)state;

    press('2');
    press('d');
    press('1');
    press(KEYCODE_ENTER); /* the data set that is chosen already */
    press('4');
    press(KEYCODE_ENTER); /* and the device */
    press('3');
    press(KEYCODE_ENTER); /* a form with nothing typed into it */
    press(KEYCODE_ENTER);
    assert_null(app->dialog);
    press('2');
    press('u');
    assert_memory_equal(&app->recipe, &before, sizeof before);

    while (app->recipe.n_layers < LAYERS_MAX)
        assert_true(recipe_insert_layer(&app->recipe, 0, &before.layers[0]));
    press('d');
    before = app->recipe;
    assert_true(recipe_insert_layer(&app->recipe, 0, &before.layers[0]));
    press('a');
    press(KEYCODE_ENTER);
    assert_true(shows("a recipe has at most"));
    assert_int_equal(app->before.n_layers, LAYERS_MAX);
    press('u');
    press('u');
    assert_int_equal(app->recipe.n_layers, LAYERS_MAX);
}

static void test_a_screen_that_is_too_small_takes_no_keys_blindly(void **state)
{
    (void)state;
    app_resize(app, 11, 80, true);
    press(KEYCODE_F5);
    assert_null(app->live.run);
    press('+');
    assert_false(app->can_undo);
    press('q');
    assert_false(app->leave);
    press(12 /* Ctrl-L */);
    assert_true(app->redraw);
    press(KEYCODE_F10);
    assert_true(app->leave);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, open_screen, close_screen)

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
        SCREEN_TEST(test_a_form_edits_a_layer_and_shows_what_comes_of_it),
        SCREEN_TEST(test_escape_leaves_the_layer_as_it_was),
        SCREEN_TEST(test_an_impossible_stack_is_shown_and_not_trained),
        SCREEN_TEST(test_training_values_are_edited_by_section),
        SCREEN_TEST(test_threads_are_chosen_on_the_device),
        SCREEN_TEST(test_help_tells_every_key),
        SCREEN_TEST(test_recipes_are_opened_and_written),
        SCREEN_TEST(test_the_name_of_a_written_recipe_is_that_of_the_last_one_written),
        SCREEN_TEST(test_a_learning_rate_stays_one_that_a_recipe_can_hold),
        SCREEN_TEST(test_what_changes_nothing_leaves_the_undo_alone),
        SCREEN_TEST(test_a_screen_that_is_too_small_takes_no_keys_blindly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
