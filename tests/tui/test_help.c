/* The help page: every key is on it, and those of what has the focus come first. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/desk.h"
#include "tests/support/golden.h"
#include "tui/help.h"
#include "tui/panels/panel.h"

static bool is_on_screen(const char *text)
{
    char *screen = canvas_to_text(desk_draw());
    bool found;

    assert_non_null(screen);
    found = strstr(screen, text) != NULL;
    free(screen);
    return found;
}

static void assert_on_page(const char *keys, const char *help)
{
    while (!is_on_screen(help)) {
        char *before = canvas_to_text(desk_draw()), *after;

        desk_press(KEYCODE_PAGE_DOWN);
        after = canvas_to_text(desk_draw());
        if (strcmp(before, after) == 0)
            fail_msg("the help page does not tell of %s: %s", keys, help);
        free(before);
        free(after);
    }
    desk_press(KEYCODE_HOME);
}

static void test_every_key_is_on_the_page(void **state)
{
    struct help_section section;
    (void)state;

    app_resize(desk_app, 24, 132, true);
    desk_press('?');
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        assert_on_page(b->shown, b->help);
    for (int i = 0; (section = help_section(i)).title; i++)
        for (const struct key_help *k = section.keys; k->keys; k++)
            assert_on_page(k->keys, k->help);
}

/* The first word of each entry is enough: a narrow page breaks the others. */
static void assert_shown(const char *keys)
{
    char word[32];

    snprintf(word, sizeof word, " %.*s ", (int)strcspn(keys, " "), keys);
    if (!is_on_screen(word)) {
        desk_shows(word);
        fail_msg("%s is not on the first page", keys);
    }
}

static void test_the_keys_of_a_panel_and_those_of_everywhere_are_one_page_at_80x24(void **state)
{
    (void)state;
    for (int panel = 0; panel < PLACE_COUNT; panel++) {
        app_resize(desk_app, 24, 80, true);
        desk_go_to(panel);
        desk_press('?');
        for (const struct key_help *k = panel_classes[panel]->keys; k && k->keys; k++)
            assert_shown(k->keys);
        for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
            assert_shown(b->shown);
        desk_press(KEYCODE_ESCAPE);
        assert_null(desk_app->display.dialog);
    }
}

static void test_help_as_it_looks(void **state)
{
    (void)state;
    desk_press('?');
    golden_check_canvas("help-80x24", desk_draw());
    app_resize(desk_app, 12, 40, true);
    golden_check_canvas("help-40x12", desk_draw());
    app_resize(desk_app, 50, 132, true);
    golden_check_canvas("help-132x50", desk_draw());
}

static void test_a_search_shows_what_it_finds_in_any_part(void **state)
{
    (void)state;
    desk_press('?');
    desk_press('/');
    desk_type("LAYER");
    assert_true(desk_shows("add a layer"));
    assert_false(is_on_screen("bytes"));
    desk_press(KEYCODE_CTRL_U);
    desk_type("no such thing");
    assert_true(desk_shows("no key does that"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("Everywhere"));
    desk_press('q');
    assert_null(desk_app->display.dialog);
    assert_false(desk_app->display.leave);
}

/* Of panels, too: what is on one is on all. */
static void assert_named(const char *keys)
{
    for (const char *word = keys; *word != '\0'; word += strspn(word, " ")) {
        if (keys_named(word) == KEYCODE_NONE && strncmp(word, "1-9", 3) != 0 && strncmp(word, "a-z", 3) != 0 &&
            strncmp(word, "0-9", 3) != 0)
            fail_msg("nobody knows which key '%s' begins with", word);
        word += strcspn(word, " ");
    }
}

static void test_every_key_of_the_tables_has_a_name_that_is_known(void **state)
{
    struct help_section section;
    (void)state;

    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++) {
        assert_named(b->shown);
        if (b->label[0] != '\0')
            assert_int_equal(keys_action(keys_named(b->shown)), b->action);
    }
    for (int i = 0; (section = help_section(i)).title; i++)
        for (const struct key_help *k = section.keys; k->keys; k++)
            assert_named(k->keys);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_every_key_is_on_the_page),
        SCREEN_TEST(test_the_keys_of_a_panel_and_those_of_everywhere_are_one_page_at_80x24),
        SCREEN_TEST(test_help_as_it_looks),
        SCREEN_TEST(test_a_search_shows_what_it_finds_in_any_part),
        SCREEN_TEST(test_every_key_of_the_tables_has_a_name_that_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
