#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/dialogs/edit.h"
#include "tui/keys.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_is_edited_by_whole_characters),
        cmocka_unit_test(test_a_line_takes_what_fits),
        cmocka_unit_test(test_the_cursor_of_a_long_line_is_in_sight),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
