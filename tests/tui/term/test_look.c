/* Themes: what a role looks like on terminals of few and many colours. */
#include "tests/support/check.h"

#include "tui/term/look.h"

static int environment(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("COLORFGBG");
    return 0;
}

static void test_the_terminal_says_which_theme_it_wants(void **state)
{
    (void)state;
    assert_int_equal(look_theme(THEME_auto), THEME_dark);
    setenv("COLORFGBG", "0;15", 1);
    assert_int_equal(look_theme(THEME_auto), THEME_light);
    setenv("COLORFGBG", "15;default;0", 1);
    assert_int_equal(look_theme(THEME_auto), THEME_dark);
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(look_theme(THEME_auto), THEME_mono);
    assert_int_equal(look_theme(THEME_light), THEME_light); /* the user's own word counts more */
    setenv("NO_COLOR", "", 1);
    assert_int_equal(look_theme(THEME_auto), THEME_dark);
}

static void test_without_colours_attributes_stand_for_them(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(look_of((enum role)role, THEME_mono, 256).color, COLOR_OWN);
        assert_true(look_same(look_of((enum role)role, THEME_dark, 0), look_of((enum role)role, THEME_mono, 256)));
    }
    assert_int_equal(look_of(ROLE_BAD, THEME_mono, 8).attributes, LOOK_BOLD);
}

static void test_every_theme_fits_the_terminals_palette(void **state)
{
    static const int palettes[] = { 8, 16, 256 };
    (void)state;

    for (int theme = THEME_dark; theme < THEME_COUNT; theme++)
        for (int i = 0; i < 3; i++)
            for (int role = 0; role < ROLE_COUNT; role++) {
                int color = look_of((enum role)role, (enum theme)theme, palettes[i]).color;

                assert_true(color == COLOR_OWN || (color > 0 && color < palettes[i]));
            }
}

/* What is told apart by colour alone must not be red and green, nor alike. */
static void test_the_safe_theme_needs_no_red_and_green(void **state)
{
    static const enum role roles[] = { ROLE_GOOD, ROLE_WARN, ROLE_BAD, ROLE_TRAIN, ROLE_VALID, ROLE_PINNED };
    (void)state;

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        int color = look_of(roles[i], THEME_safe, 8).color;

        assert_true(color != 1 && color != 2);
    }
    for (int colors = 8; colors <= 256; colors += 248) {
        assert_false(look_same(look_of(ROLE_GOOD, THEME_safe, colors), look_of(ROLE_BAD, THEME_safe, colors)));
        assert_false(look_same(look_of(ROLE_TRAIN, THEME_safe, colors), look_of(ROLE_VALID, THEME_safe, colors)));
        assert_false(look_same(look_of(ROLE_TRAIN, THEME_safe, colors), look_of(ROLE_PINNED, THEME_safe, colors)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_terminal_says_which_theme_it_wants, environment),
        cmocka_unit_test_setup(test_without_colours_attributes_stand_for_them, environment),
        cmocka_unit_test_setup(test_every_theme_fits_the_terminals_palette, environment),
        cmocka_unit_test_setup(test_the_safe_theme_needs_no_red_and_green, environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
