/* The key line: the keys of what has the focus, whole or not at all, and what never falls off. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/desk.h"
#include "tui/panels/key_line.h"
#include "tui/keys.h"
#include "tui/panels/panel.h"

static const int widths[] = { 40, 60, 80, 132 };

/* The last row as text; free() it. */
static char *last_row(void)
{
    const struct canvas *whole = desk_draw();
    struct canvas row = canvas_part(whole, (struct rectangle){ whole->rows - 1, 0, 1, whole->columns });
    char *text = canvas_to_text(&row);

    assert_non_null(text);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* Every word of the line is a whole word of some table. */
static bool is_word_of_a_table(const char *word, size_t length)
{
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        if (strncmp(b->shown, word, length) == 0 || (strncmp(b->label, word, length) == 0 && !b->label[length]))
            return true;
    for (int place = 0; place < PLACE_COUNT; place++)
        for (const struct key_help *k = panel_classes[place]->keys; k && k->keys; k++)
            if ((strncmp(k->keys, word, length) == 0 && (k->keys[length] == ' ' || !k->keys[length])) ||
                (k->label && strncmp(k->label, word, length) == 0 && !k->label[length]))
                return true;
    return false;
}

static void test_nothing_is_cut_and_what_trains_and_helps_is_always_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int place = 0; place < PLACE_COUNT; place++) {
            char *line;

            app_resize(desk_app, 24, widths[i], true);
            desk_go_to(place);
            line = last_row();
            if (!strstr(line, "F5 Train") || !strstr(line, "? Help"))
                fail_msg("%d columns: %s", widths[i], line);
            for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
                if (!is_word_of_a_table(word, strlen(word)))
                    fail_msg("%d columns: '%s' is cut", widths[i], word);
            free(line);
        }
}

static void test_the_keys_of_the_panel_come_first(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    assert_true(desk_shows("\n Enter Edit  a Add  d Remove"));
    desk_go_to(PANEL_DATASET);
    assert_true(desk_shows("\n Enter Choose  p Preview  / Path"));
    app_resize(desk_app, 12, 40, true);
    assert_true(desk_shows("\n Enter Choose  / Path  F5 Train  ? Help"));
}

static void test_a_dialog_has_the_line_for_itself(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    assert_true(desk_shows("\n Enter Choose  Esc Cancel\n"));
    desk_press(KEYCODE_ESCAPE);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("\n Enter Done  Left/Right Change  Esc Cancel\n"));
    desk_type("4");
    assert_true(desk_shows("\n Enter Set  Esc Cancel\n"));
}

/* Where an entry begins, between two, and at the end. */
static void test_a_column_of_the_line_has_the_key_that_stands_there(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS); /* " Enter Edit  a Add  d Remove …" */
    assert_int_equal(key_line_at(desk_app, 80, 0), KEYCODE_NONE);
    assert_int_equal(key_line_at(desk_app, 80, 1), KEYCODE_ENTER);
    assert_int_equal(key_line_at(desk_app, 80, 10), KEYCODE_ENTER);
    assert_int_equal(key_line_at(desk_app, 80, 11), KEYCODE_NONE);
    assert_int_equal(key_line_at(desk_app, 80, 13), 'a');
    assert_int_equal(key_line_at(desk_app, 82, 81), KEYCODE_NONE);
}

/* vi's letters move where they mean nothing else: j in a list of layers, not the letter of a text. */
static void test_letters_of_vi_move_and_are_still_typed(void **state)
{
    (void)state;
    desk_go_to(PANEL_LAYERS);
    desk_press('j');
    desk_press('j');
    desk_press('k');
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 1);
    desk_press(KEYCODE_CTRL_D);
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], desk_app->draft.recipe.n_layers - 1);
    desk_press(KEYCODE_CTRL_U);
    assert_int_equal(desk_app->display.selected[PANEL_LAYERS], 0);
    desk_go_to(PANEL_DATASET);
    desk_press('/');
    desk_type("jkhl");
    assert_true(desk_shows("jkhl"));
}

/* What is said wraps by words: nothing of it is lost on a narrow screen. */
static void test_a_message_that_is_longer_than_the_line_takes_the_rows_above(void **state)
{
    (void)state;
    app_resize(desk_app, 12, 40, true);
    display_say(&desk_app->display, ROLE_GOOD, "done: test accuracy 97.1 %%, best epoch 3, saved in 0001-digits-cpu");
    assert_true(desk_shows("done: test accuracy 97.1 %, best epoch"));
    assert_true(desk_shows("3, saved in 0001-digits-cpu"));
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_nothing_is_cut_and_what_trains_and_helps_is_always_there),
        SCREEN_TEST(test_the_keys_of_the_panel_come_first),
        SCREEN_TEST(test_a_dialog_has_the_line_for_itself),
        SCREEN_TEST(test_a_column_of_the_line_has_the_key_that_stands_there),
        SCREEN_TEST(test_letters_of_vi_move_and_are_still_typed),
        SCREEN_TEST(test_a_message_that_is_longer_than_the_line_takes_the_rows_above),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
