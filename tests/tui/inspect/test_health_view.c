/* The view of a network's health shows what the trainer found, while the run is there and when it is an earlier one. */
#include "tests/support/check.h"

#include <stdio.h>

#include "run/health_words.h"
#include "tests/support/desk.h"
#include "tui/dialogs/dialog.h"
#include "tui/inspect/health_rows.h"
#include "tui/inspect/health_view.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 50\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=16 activation=relu\ndense = units=10\n";

static int open_desk(void **state)
{
    if (desk_open_to_train(state, recipe) != 0)
        return -1;
    app_resize(desk_app, 24, 80, true);
    desk_press(KEYCODE_F5);
    desk_end_run();
    return 0;
}

static struct health found(void)
{
    struct health h;

    live_health(&desk_app->live, &h);
    assert_true(h.step > 0);
    return h;
}

static void assert_shows_layer(const struct health *h, int layer)
{
    char text[64];

    snprintf(text, sizeof text, "%3d dense", layer + 1);
    assert_true(desk_shows(text));
    snprintf(text, sizeof text, "%.0e", health_words_relative(h, layer));
    assert_true(desk_shows(text));
    snprintf(text, sizeof text, "%.0e", layer_health_ratio(&h->layers[layer]));
    assert_true(desk_shows(text));
}

static void test_a_run_has_a_row_a_layer_and_a_sentence(void **state)
{
    struct health h = found();
    char text[256], title[64];
    (void)state;

    desk_press('H');
    health_words_network(&h, &desk_app->live.running.recipe, text, sizeof text);
    text[40] = '\0'; /* what comes behind is in the next line */
    assert_true(desk_shows(text));
    snprintf(title, sizeof title, "Health: step %llu, epoch", (unsigned long long)h.step);
    assert_true(desk_shows(title));
    assert_shows_layer(&h, 1);
    assert_shows_layer(&h, 2);
    assert_true(desk_hides("flatten")); /* it has nothing to tell */
    desk_press('H');
    assert_null(desk_app->display.dialog);
}

static void test_it_fits_every_screen(void **state)
{
    (void)state;
    desk_press('H');
    for (int rows = 12; rows <= 60; rows += 8)
        for (int columns = 40; columns <= 200; columns += 16) {
            app_resize(desk_app, rows, columns, true);
            assert_true(desk_shows("  2 dense"));
            assert_true(desk_shows("dead"));
            assert_true(rows < 20 || desk_shows("% of the time"));
        }
}

static void test_an_earlier_run_is_read_from_its_folder(void **state)
{
    const struct health h = found();
    char title[64];
    (void)state;

    health_view_open_past(desk_app, live_folder(&desk_app->live));
    snprintf(title, sizeof title, "step %llu, epoch", (unsigned long long)h.step);
    desk_await(title);
    assert_shows_layer(&h, 1);
    desk_press(KEYCODE_ESCAPE);
    health_view_open_past(desk_app, "/nowhere");
    desk_await("/nowhere");
    desk_press('q');
    assert_null(desk_app->display.dialog);
}

/* Thirty layers: the last ones are reached, and nothing goes past them. */
static void test_many_layers_are_scrolled(void **state)
{
    enum { LAYERS = 30, ROWS = 11, COLUMNS = 78 };
    struct recipe deep = desk_app->live.running.recipe;
    struct health h = { .step = 1, .images = 50, .n_layers = LAYERS };
    struct canvas c;
    struct error e;
    (void)state;

    assert_good(canvas_new(&c, ROWS, COLUMNS, true, &e), e);
    for (int i = 0; i < LAYERS; i++)
        h.layers[i] = (struct layer_health){ 1e-9f * (float)(i + 1), 1, 1e-3f, 0.6f };
    h.layers[LAYERS - 1].gradient = 1;
    for (int first = 0; first < LAYERS + 5; first += 5) {
        canvas_clear(&c);
        health_rows_draw(&c, &h, &deep, first);

        char *text = canvas_to_text(&c);

        assert_non_null(text);
        assert_non_null(strstr(text, first == 0 ? "  1 flatten" : first > LAYERS - ROWS ? " 30 ?" : "vanishes"));
        free(text);
    }
    canvas_free(&c);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(test_a_run_has_a_row_a_layer_and_a_sentence),
        AT_A_DESK(test_it_fits_every_screen),
        AT_A_DESK(test_an_earlier_run_is_read_from_its_folder),
        AT_A_DESK(test_many_layers_are_scrolled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
