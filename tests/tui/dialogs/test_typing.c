#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/dialogs/edit.h"
#include "tui/draw/figures.h"
#include "tui/keys.h"
#include "tui/draw/paragraph.h"

static void test_a_line_is_edited_by_whole_characters(void **state)
{
    struct edit line;
    (void)state;

    edit_begin(&line, "caf");
    assert_true(edit_key(&line, 0xE9 /* é */));
    assert_string_equal(line.text, "café");
    edit_key(&line, KEYCODE_LEFT);
    edit_key(&line, 'x');
    assert_string_equal(line.text, "cafxé");
    edit_key(&line, KEYCODE_DELETE);
    assert_string_equal(line.text, "cafx");
    edit_key(&line, KEYCODE_BACKSPACE);
    edit_key(&line, KEYCODE_HOME);
    edit_key(&line, KEYCODE_BACKSPACE); /* nothing before it */
    edit_key(&line, '/');
    assert_string_equal(line.text, "/caf");
    edit_key(&line, KEYCODE_CTRL_U);
    assert_string_equal(line.text, "");
    assert_false(edit_key(&line, KEYCODE_ENTER));
    assert_false(edit_key(&line, KEYCODE_F5));
}

static void test_a_line_takes_what_fits(void **state)
{
    struct edit line;
    (void)state;

    edit_begin(&line, "");
    for (int i = 0; i < 2000; i++)
        edit_key(&line, 0x20AC /* three bytes */);
    assert_true(strlen(line.text) < sizeof line.text);
    assert_int_equal(strlen(line.text) % 3, 0);
}

static void test_the_cursor_of_a_long_line_is_in_sight(void **state)
{
    struct canvas c;
    struct error e;
    struct edit line;
    char *text;
    (void)state;

    assert_true(canvas_new(&c, 1, 10, true, &e));
    edit_begin(&line, "/a/path/that/is/long");
    edit_draw(&line, &c, 0, 0);
    text = canvas_to_text(&c);
    assert_string_equal(text, "t/is/long\n");
    free(text);
    assert_int_equal(c.cells[9].role, ROLE_SELECTED);
    canvas_free(&c);
}

static void test_paragraphs_break_at_blanks(void **state)
{
    struct canvas c;
    struct error e;
    char *text;
    (void)state;

    assert_int_equal(paragraph_rows("", 10), 1);
    assert_int_equal(paragraph_rows("one two three", 7), 2);
    assert_true(canvas_new(&c, 4, 7, true, &e));
    paragraph_draw(&c, 0, ROLE_NORMAL, "one two three incomprehensible"); /* a row more than there is */
    text = canvas_to_text(&c);
    assert_string_equal(text, "one two\nthree\nincompr\nehensi…\n");
    free(text);
    canvas_free(&c);
}

static void test_figures_are_short(void **state)
{
    char out[FIGURE_SIZE];
    (void)state;

    figure_count(out, 812);
    assert_string_equal(out, "812");
    figure_count(out, 6000);
    assert_string_equal(out, "6k");
    figure_count(out, 1250);
    assert_string_equal(out, "1.2k");
    figure_count(out, 60000);
    assert_string_equal(out, "60k");
    figure_speed(out, 31234);
    assert_string_equal(out, "31 200");
    figure_speed(out, 1000.4);
    assert_string_equal(out, "1000");
    figure_speed(out, 9999);
    assert_string_equal(out, "10 000");
    figure_speed(out, 83.27);
    assert_string_equal(out, "83.3");
    figure_speed(out, 0);
    assert_string_equal(out, "n/a");
    figure_left(out, 42.9);
    assert_string_equal(out, "42 s");
    figure_left(out, 200);
    assert_string_equal(out, "3 min");
    figure_left(out, 7500);
    assert_string_equal(out, "2 h 05 min");
    figure_left(out, -1);
    assert_string_equal(out, "n/a");
}

static void test_home_is_a_tilde_there_and_back(void **state)
{
    char shown[64], typed[64];
    (void)state;

    setenv("HOME", "/home/ada", 1);
    figure_path(shown, sizeof shown, "/home/ada/runs/0001", 40);
    assert_string_equal(shown, "~/runs/0001");
    figure_path_typed(typed, sizeof typed, shown);
    assert_string_equal(typed, "/home/ada/runs/0001");
    figure_path(shown, sizeof shown, "/home/adam/x", 40);
    assert_string_equal(shown, "/home/adam/x");
    figure_path(shown, sizeof shown, "/home/ada/runs/0001", 9);
    assert_string_equal(shown, ".../0001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_is_edited_by_whole_characters),
        cmocka_unit_test(test_a_line_takes_what_fits),
        cmocka_unit_test(test_the_cursor_of_a_long_line_is_in_sight),
        cmocka_unit_test(test_paragraphs_break_at_blanks),
        cmocka_unit_test(test_figures_are_short),
        cmocka_unit_test(test_home_is_a_tilde_there_and_back),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
