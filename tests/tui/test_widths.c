/* Nothing that a user needs is cut in the middle of a word, at the widths that terminals have. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/desk.h"
#include "tui/actions.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"
#include "tui/panels/step_rows.h"
#include "tui/start_page.h"

static const struct {
    int rows, columns;
} sizes[] = { { 12, 40 }, { 24, 40 }, { 20, 60 }, { 24, 80 }, { 50, 132 } };

/* A text that is cut ends with an ellipsis. The name of the processor may be: it is somebody else's. */
static void assert_nothing_is_cut(const char *what)
{
    char *screen, *rest;

    desk_app->node.host.cpu_load = (struct reading){ true, 0.5 };
    rest = screen = canvas_to_text(desk_draw());
    assert_non_null(screen);
    for (char *line; (line = strsep(&rest, "\n"));)
        if (strstr(line, "…") && !strstr(line, "Imaginary"))
            fail_msg("%s at %dx%d is cut: %s", what, desk_app->display.columns, desk_app->display.rows, line);
    free(screen);
}

static void for_each_size(void (*visit)(void))
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(desk_app, sizes[i].rows, sizes[i].columns, true);
        visit();
        dialog_close_all(desk_app);
    }
}

/* No share has four digits, but one that touches a figure before it, as in the table of layers. */
static void assert_shares_are_apart(void)
{
    char *screen = canvas_to_text(desk_draw());

    assert_non_null(screen);
    for (const char *share = screen + 4; (share = strstr(share, " %")); share++)
        if (strspn(share - 4, "0123456789") == 4)
            fail_msg("at %dx%d a share touches what is before it:\n%s", desk_app->display.columns,
                     desk_app->display.rows, screen);
    free(screen);
}

static void visit_places(void)
{
    for (int place = 0; place < PLACE_COUNT; place++) {
        desk_go_to(place);
        assert_nothing_is_cut("a place");
        assert_shares_are_apart();
    }
}

static void test_no_place_is_cut(void **state)
{
    (void)state;
    for_each_size(visit_places);
}

static void visit_forms(void)
{
    for (int section = 0; section < RECIPE_SECTION_COUNT; section++) {
        desk_go_to(PANEL_TRAINING);
        desk_app->display.selected[PANEL_TRAINING] = section;
        desk_press(KEYCODE_ENTER);
        for (int i = 0; i < recipe_sections[section].fields->count; i++) {
            assert_nothing_is_cut("a form");
            desk_press(KEYCODE_DOWN);
        }
        desk_press(KEYCODE_ESCAPE);
    }
}

static void test_no_form_is_cut(void **state)
{
    (void)state;
    for_each_size(visit_forms);
}

static void visit_dialogs(void)
{
    static const int keys[] = { '?', ':', 'o', 'w', KEYCODE_F3, '/', KEYCODE_F9 };

    desk_go_to(PANEL_DATASET);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        desk_press(keys[i]);
        for (int down = 0; down < 30; down++) {
            assert_nothing_is_cut("a dialog");
            desk_press(KEYCODE_DOWN);
        }
        dialog_close_all(desk_app);
    }
    desk_go_to(PANEL_LAYERS);
    desk_press('a');
    for (int down = 0; down < 30; down++) {
        assert_nothing_is_cut("the layers");
        desk_press(KEYCODE_DOWN);
    }
    dialog_close_all(desk_app);
    start_page_open(desk_app, actions_key);
    assert_nothing_is_cut("the starting page");
}

static void test_no_list_or_line_of_text_is_cut(void **state)
{
    (void)state;
    for_each_size(visit_dialogs);
}

static int setup_to_train(void **state)
{
    return desk_open_to_train(state, "[data]\ndataset = digits\n[training]\nepochs = 3\nbatch = 500\n"
                                     "device = cpu:1\n[layers]\nflatten =\ndense = units=10\n");
}

/* The end of a run, and what is told of it. */
static void test_nothing_of_a_run_is_cut(void **state)
{
    (void)state;
    desk_press(KEYCODE_F5);
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_true(desk_shows("done: test"));
    assert_true(step_rows_layers_count(desk_app) > 0);
    assert_nothing_is_cut("the end of a run");
    for_each_size(visit_places);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_no_place_is_cut),
        SCREEN_TEST(test_no_form_is_cut),
        SCREEN_TEST(test_no_list_or_line_of_text_is_cut),
        cmocka_unit_test_setup_teardown(test_nothing_of_a_run_is_cut, setup_to_train, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
