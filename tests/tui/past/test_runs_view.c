/* The view of all runs, and what can be done from it. */
#include "tests/support/check.h"

#include <stdio.h>

#include "run/run_folder.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/held_lines.h"
#include "tui/keys.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\n[layers]\nflatten =\n"
                             "dense = units=10\n";

static int open_desk(void **state)
{
    return desk_open_to_train(state, recipe);
}

static int close_desk(void **state)
{
    held_lines(false);
    return desk_close(state);
}

/* Begun when its first line says, so that it is the same everywhere; another year's, so that no day changes it. */
static void put_run(const char *folder, int number, const char *name, const char *state, double accuracy, int epochs)
{
    char path[64], text[1024];

    snprintf(path, sizeof path, "%04d-%s/recipe.ini", number, name);
    snprintf(text, sizeof text, "[training]\nepochs = 12\nbatch = %d\n[layers]\nflatten =\ndense = units=10\n",
             32 * number);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "%04d-%s/metrics.jsonl", number, name);
    snprintf(text, sizeof text, "{\"kind\":\"run\",\"name\":\"lesson\",\"dataset\":\"digits\",\"device\":\"cpu\","
             "\"date\":\"2024-01-%02d 10:00\"}\n{\"kind\":\"epoch\",\"epoch\":1,\"loss\":0.5,\"accuracy\":0.5,"
             "\"valid_loss\":0.5,\"valid_accuracy\":0.5,\"learning_rate\":0.1,\"seconds\":1.5,"
             "\"images_per_second\":1.0}\n", number);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "%04d-%s/summary.json", number, name);
    snprintf(text, sizeof text, "{\"name\":\"lesson\",\"dataset\":\"digits\",\"device\":\"cpu\",\"state\":\"%s\","
             "\"epochs\":%d,\"seconds_total\":61.5,\"best_valid_accuracy\":%g,\"best_valid_accuracy_epoch\":2,"
             "\"test_accuracy\":%g,\"test_loss\":0.25}", state, epochs, accuracy, accuracy);
    folder_put(folder, path, text);
}

static void put_runs(const char *folder)
{
    put_run(folder, 1, "digits-cpu1", "finished", 0.9, 12);
    put_run(folder, 2, "digits-cpu1", "stopped", 0.95, 4);
    put_run(folder, 3, "other\x1b[2J", "failed", 0.5, 1);
    put_run(folder, 4, "torn", "{", 0.1, 1);
}

static void test_the_view_as_it_looks(void **state)
{
    static const struct {
        int rows, columns;
        const char *list;
    } sizes[] = { { 24, 80, "runs-80x24" }, { 12, 40, "runs-40x12" } };

    put_runs(*state);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(desk_app, sizes[i].rows, sizes[i].columns, true);
        desk_press(KEYCODE_F4);
        golden_check_canvas(sizes[i].list, desk_draw());
        desk_press(KEYCODE_END);
        desk_press(KEYCODE_ENTER);
        desk_press('i');
        desk_app->display.message[0] = '\0';
        assert_true(desk_shows("0001-digits-cpu1"));
        assert_true(desk_shows("finished, 12 of 12"));
        assert_true(desk_shows("90.00 % at epoch 2"));
        desk_press('q');
        desk_press('q');
        assert_null(desk_app->display.dialog);
    }
}

static void test_runs_are_filtered_and_sorted(void **state)
{
    put_runs(*state);
    desk_press(KEYCODE_F4);
    desk_press('s');
    assert_true(desk_shows("4 runs, the most accurate first"));
    assert_true(desk_shows("stopped after 4 of 12 epochs; test accuracy 95.00 %"));
    desk_press('/');
    desk_type("cpu1 Fin");
    assert_true(desk_shows("1 of 4 runs"));
    assert_true(desk_shows("finished after 12 of 12 epochs"));
    assert_true(desk_hides("0002-digits"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("with \"cpu1 Fin\""));
    desk_press('/');
    desk_type("x");
    assert_true(desk_shows("no run has all of these words"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("4 runs, the most accurate first"));
    assert_true(desk_shows("0002-digits"));
}

static void test_a_damaged_run_says_why_and_no_name_disturbs_the_screen(void **state)
{
    put_runs(*state);
    desk_press(KEYCODE_F4);
    assert_true(desk_shows("names no state that this version knows"));
    assert_true(desk_shows("0003-other?[2J"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("damaged"));
}

static void test_marked_runs_are_compared(void **state)
{
    put_runs(*state);
    desk_press(KEYCODE_F4);
    desk_press('c');
    assert_true(desk_shows("mark the runs to compare with Space"));
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_DOWN);
    desk_press(' ');
    desk_press(' ');
    assert_true(desk_shows("2 marked"));
    desk_press('c');
    desk_await("training batch");
    assert_true(desk_shows("64"));
    assert_true(desk_hides("training epochs"));
    desk_press('q');
    assert_true(desk_shows("2 marked"));
}

static void test_a_recipe_is_taken_over_and_the_one_before_comes_back(void **state)
{
    put_runs(*state);
    desk_app->draft.recipe.training.batch = 77;
    app_recipe_changed(desk_app);
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_END);
    desk_press('p');
    assert_int_equal(desk_app->draft.recipe.training.batch, 32);
    assert_true(desk_shows("(u: "));
    desk_press('q');
    desk_press('u');
    assert_int_equal(desk_app->draft.recipe.training.batch, 77);
}

static void test_a_run_gets_a_note_and_a_name(void **state)
{
    char note[RUN_NOTE_SIZE];

    put_runs(*state);
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_END);
    desk_press('n');
    desk_type("the best");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("note: the best"));
    run_note_read(folder_path(*state, "0001-digits-cpu1"), note);
    assert_string_equal(note, "the best");

    desk_press('r');
    desk_press(KEYCODE_CTRL_U);
    desk_type("0002-digits-cpu1");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("there is already a 0002-digits-cpu1"));
    desk_press(KEYCODE_CTRL_U);
    desk_type("0001-paper");
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("is called 0001-paper now"));
    assert_true(desk_shows("note: the best"));
    assert_true(path_is_folder(folder_path(*state, "0001-paper")));
}

static void test_a_run_is_deleted_after_a_question(void **state)
{
    put_runs(*state);
    folder_put(*state, "0002-digits-cpu1/mine.txt", "");
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_END);
    desk_press('d');
    assert_true(desk_shows("Delete the run?"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(path_is_folder(folder_path(*state, "0001-digits-cpu1")));
    desk_press(KEYCODE_DELETE);
    desk_press('d');
    assert_true(desk_shows("0001-digits-cpu1 is deleted"));
    assert_false(path_is_folder(folder_path(*state, "0001-digits-cpu1")));
    assert_true(desk_shows("3 runs"));
    desk_press(KEYCODE_END);
    desk_press('d');
    desk_press('d');
    assert_true(desk_shows("its folder stays, for mine.txt"));
    assert_true(path_is_file(folder_path(*state, "0002-digits-cpu1/mine.txt")));
}

/* A run whose folder does not answer any more when it is opened. */
static void test_a_run_is_opened_before_its_recipe_is_read(void **state)
{
    put_runs(*state);
    app_resize(desk_app, 50, 132, true);
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_END);
    held_lines(true);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("finished, 12 of 12"));
    assert_true(desk_hides("epochs = 12"));
    held_lines(false);
    desk_press('q');
    desk_press(KEYCODE_ENTER);
    desk_await("epochs = 12");
}

/* Found by the next look; the last one keeps its row while that goes on. */
static void test_a_folder_that_went_loses_its_row(void **state)
{
    char left[64];

    put_runs(*state);
    desk_press(KEYCODE_F4);
    assert_true(desk_shows("4 runs"));
    snprintf(left, sizeof left, "%s", "0002-digits-cpu1");
    assert_int_equal(rename(folder_path(*state, left), folder_path(*state, ".gone")), 0);
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_F4);
    assert_true(desk_shows("3 runs"));
}

/* The program's own run is told of as one that trains, and neither deleted nor renamed. */
static void test_the_run_on_the_screen_stays(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    desk_end_run();
    desk_press(KEYCODE_F4);
    desk_press('d');
    assert_true(desk_shows("is the run on the screen"));
    desk_press('r');
    assert_true(desk_shows("is the run on the screen"));
    assert_true(path_is_folder(run_folder(desk_app->live.run)));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_the_view_as_it_looks),
        TEST(test_runs_are_filtered_and_sorted),
        TEST(test_a_damaged_run_says_why_and_no_name_disturbs_the_screen),
        TEST(test_marked_runs_are_compared),
        TEST(test_a_recipe_is_taken_over_and_the_one_before_comes_back),
        TEST(test_a_run_gets_a_note_and_a_name),
        TEST(test_a_run_is_deleted_after_a_question),
        TEST(test_a_run_is_opened_before_its_recipe_is_read),
        TEST(test_a_folder_that_went_loses_its_row),
        TEST(test_the_run_on_the_screen_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
