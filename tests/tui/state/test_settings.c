#include "tests/support/check.h"

#include "tests/support/folder.h"
#include "tui/state/settings.h"
#include "tui/term/look.h"

static int begin(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    return setenv("CUVETTE_HOME", *state, 1);
}

static void test_there_need_be_no_file(void **state)
{
    struct settings s;
    struct error e;
    (void)state;

    assert_good(settings_read(&s, &e), e);
    assert_int_equal(s.theme, THEME_auto);
    assert_true(s.mouse && s.braille && !s.slow && s.rate == 0);
}

static void test_what_is_kept_is_read_again(void **state)
{
    struct settings s = { .theme = THEME_safe, .rate = 2.5, .slow = true, .mouse = false, .braille = false },
                    again;
    struct error e;
    (void)state;

    assert_good(settings_write(&s, &e), e);
    assert_good(settings_read(&again, &e), e);
    assert_int_equal(again.theme, THEME_safe);
    assert_true(again.rate == 2.5 && again.slow && !again.mouse && !again.braille);
}

/* The rest counts all the same. */
static void test_a_line_that_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "theme = light\ncolour = red\nslow = yes\n", "settings.ini:2: there is no setting 'colour'" },
        { "theme = light\nrate = fast\nslow=yes\n", "settings.ini:2: " },
        { "; by hand\n\n theme=light\nrate\nslow = yes", "settings.ini:4: neither a [section] nor 'name = value'" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings s;
        struct error e;

        folder_put(*state, "config/settings.ini", cases[i].text);
        assert_bad(settings_read(&s, &e), e, cases[i].says);
        assert_int_equal(s.theme, THEME_light);
        assert_true(s.slow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_there_need_be_no_file, begin, folder_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_kept_is_read_again, begin, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_line_that_is_wrong_is_named, begin, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
