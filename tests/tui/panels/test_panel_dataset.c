/* The list of data sets: those of the catalogue and those that were given by their path. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/photo.h"
#include "tui/keys.h"

static void put_data_set(const char *home, const char *name)
{
    static unsigned char record[3073];
    char file[128];

    for (int i = 1; i <= 5; i++) {
        snprintf(file, sizeof file, "%s/data_batch_%d.bin", name, i);
        folder_put(home, file, "");
        folder_write(home, file, record, sizeof record);
    }
    snprintf(file, sizeof file, "%s/test_batch.bin", name);
    folder_write(home, file, record, sizeof record);
}

static void open_path(const char *path)
{
    desk_press('/');
    desk_type(path);
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
}

static void look_at_all(struct datasets *d)
{
    const double long_enough = 60;
    struct error e;

    while (datasets_follow(d, &e), d->listing || d->look)
        assert_true(errand_wait(d->listing ? d->listing : d->look, long_enough, &e));
}

static void test_a_data_set_given_by_its_path_stays_in_the_list(void **state)
{
    struct datasets later = { 0 };
    struct error e;

    put_data_set(*state, ".away/one");
    put_data_set(*state, ".away/two");
    open_path(folder_path(*state, ".away/one"));
    open_path(folder_path(*state, ".away/two"));
    desk_press(KEYCODE_HOME);
    desk_press(KEYCODE_ENTER);
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
    app_resize(desk_app, 50, 132, true);
    assert_true(desk_shows("/one"));
    assert_true(desk_shows("/two"));

    /* The next session has them, the newest first, and tells which is gone. */
    assert_int_equal(rename(folder_path(*state, ".away/two"), folder_path(*state, ".away/elsewhere")), 0);
    assert_true(datasets_open(&later, (struct trainer_events){ NULL, NULL }, &e));
    look_at_all(&later);
    assert_int_equal(later.n_recent, 2);
    assert_true(later.recent[0].gone);
    assert_false(later.recent[1].gone);
    assert_string_equal(later.recent[1].entry.path, folder_path(*state, ".away/one"));
    datasets_close(&later);

    desk_press('r');
    assert_true(desk_shows("gone"));
    desk_press(KEYCODE_END);
    desk_press(KEYCODE_ENTER);
    assert_string_equal(desk_app->draft.recipe.data.dataset, folder_path(*state, ".away/one"));
    desk_press(KEYCODE_UP);
    desk_press('d');
    assert_true(desk_shows("has left the list"));
    assert_int_equal(desk_app->datasets.n_recent, 1);
    desk_press(KEYCODE_END);
    desk_press('d'); /* the chosen one */
    assert_int_equal(desk_app->datasets.n_recent, 1);
}

static void test_only_so_many_paths_are_remembered(void **state)
{
    char name[32];

    for (int i = 0; i < RECENT_MAX + 2; i++) {
        snprintf(name, sizeof name, ".away/%d", i);
        put_data_set(*state, name);
        open_path(folder_path(*state, name));
    }
    assert_int_equal(desk_app->datasets.n_recent, RECENT_MAX);
    assert_string_equal(desk_app->datasets.recent[0].entry.path, folder_path(*state, name));
    assert_string_equal(desk_app->datasets.recent[RECENT_MAX - 1].entry.path, folder_path(*state, ".away/2"));
}

/* However long the list, and wherever the selected line is. */
static void test_the_chosen_data_set_is_always_in_sight(void **state)
{
    char name[32];

    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, ".away/%d", i);
        put_data_set(*state, name);
        open_path(folder_path(*state, name));
    }
    assert_true(desk_shows("▸"));
    for (int i = 0; i < 12; i++) {
        desk_press(KEYCODE_UP);
        assert_true(desk_shows("/8"));
    }
    desk_press(KEYCODE_ENTER);
    for (int i = 0; i < 12; i++) {
        desk_press(KEYCODE_DOWN);
        assert_true(desk_shows("▸digits"));
    }
    desk_go_to(PANEL_LAYERS);
    assert_true(desk_shows("▸digits"));
    golden_check_canvas("datasets-80x24", desk_draw());
}

/* From the folder of the one that is chosen: up, down into another, and there it is. */
static void test_folders_are_gone_through(void **state)
{
    put_data_set(*state, ".away/sets/here/one");
    put_data_set(*state, ".away/sets/there/two");
    folder_put(*state, ".away/sets/there/notes.txt", "");
    folder_put(*state, ".away/sets/there/.hidden/readme", "");
    open_path(folder_path(*state, ".away/sets/here/one"));
    desk_press('a');
    desk_await("one/");
    desk_await("data set, cifar");
    desk_press(KEYCODE_BACKSPACE);
    desk_await("there/");
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_ENTER);
    desk_await("two/");
    desk_press('h');
    desk_await("there/");
    desk_press('j');
    desk_press(KEYCODE_RIGHT);
    desk_await("two/");
    desk_press(KEYCODE_ENTER);
    assert_null(desk_app->display.dialog);
    assert_string_equal(desk_app->draft.recipe.data.dataset, folder_path(*state, ".away/sets/there/two"));
}

/* Photographs of three classes, with the network of a lesson that has ten. */
static void test_the_last_layer_follows_the_classes(void **state)
{
    const struct photo photo = { .height = 28, .width = 28, .channels = 3 };

    for (int i = 0; i < 6; i++) {
        char file[64];

        snprintf(file, sizeof file, ".away/photos/%s/%d%d.png", (const char *[]){ "cat", "dog", "emu" }[i % 3], i, i);
        folder_put(*state, file, "");
        photo_write(&photo, folder_path(*state, file));
    }
    assert_int_equal(desk_app->draft.model_error.kind, ERROR_NONE);
    open_path(folder_path(*state, ".away/photos"));
    assert_true(desk_shows("the last layer gives 3 values now"));
    assert_int_equal(desk_app->draft.model_error.kind, ERROR_NONE);
    desk_press('u');
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
    assert_int_equal(desk_app->draft.model_error.kind, ERROR_NONE);
}

static void test_tab_completes_a_path(void **state)
{
    setenv("HOME", *state, 1);
    folder_put(*state, "more/colours/readme", "");
    folder_put(*state, "more/cold.h5", "");
    desk_press('/');
    desk_type("~/mo\tc");
    desk_press(KEYCODE_TAB);
    assert_true(desk_shows("~/more/col"));
    assert_true(desk_shows("cold.h5  colours/"));
    desk_type("o\t");
    assert_true(desk_shows("~/more/colours/"));
    desk_type("x\t");
    assert_true(desk_shows("nothing there begins like this"));
    desk_press(KEYCODE_ESCAPE);

    desk_go_to(PANEL_TRAINING);
    desk_press(KEYCODE_ENTER);
    desk_type("~/mor\tcold\t");
    assert_true(desk_shows("~/more/cold.h5"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_data_set_given_by_its_path_stays_in_the_list),
        SCREEN_TEST(test_only_so_many_paths_are_remembered),
        SCREEN_TEST(test_the_chosen_data_set_is_always_in_sight),
        SCREEN_TEST(test_folders_are_gone_through),
        SCREEN_TEST(test_the_last_layer_follows_the_classes),
        SCREEN_TEST(test_tab_completes_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
