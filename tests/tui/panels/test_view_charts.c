/* The charts as they look, from runs that are the same everywhere, and what they cost on a weak link. */
#include "tests/support/check.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/desk.h"
#include "nn/recipe/recipe.h"
#include "tests/support/fake_run.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/held_lines.h"
#include "tui/term/mouse.h"
#include "tui/term/painter.h"

enum { EPOCHS = 20 };

static const struct recipe recipe = { .training = { .epochs = EPOCHS } }, held_out = { .data = { .validation = 0.1 } };
static struct fake_run run;

static int setup(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    fake_run_begin(&run, 0);
    charts_begin(&desk_app->charts, 1, "0001-digits-cpu1", &recipe);
    return 0;
}

static int teardown(void **state)
{
    fake_run_free(&run);
    return desk_close(state);
}

static void train(double epochs, bool over)
{
    fake_run_train(&run, (int)(epochs * FAKE_STEPS));
    fake_run_follow(&run, &desk_app->charts, over);
}

/* A second run after a first one of five epochs. */
static void train_again(void)
{
    train(5, true);
    fake_run_free(&run);
    fake_run_begin(&run, 2);
    charts_begin(&desk_app->charts, 2, "0002-digits-cpu1", &recipe);
    train(3, false);
}

/* Only the charts: what else is on the screen has its own tests. */
static void look(const char *name, int rows, int columns, bool unicode)
{
    struct rectangle area, second;
    struct canvas charts;
    char file[96];

    app_resize(desk_app, rows, columns, unicode);
    snprintf(file, sizeof file, "charts-%s-%dx%d%s", name, columns, rows, unicode ? "" : "-ascii");
    area = desk_app->display.layout.charts[0].area;
    second = desk_app->display.layout.charts[1].area;
    area.rows += second.rows;
    charts = canvas_part(desk_draw(), area);
    golden_check_canvas(file, &charts);
}

static void look_at_all_sizes(const char *name)
{
    look(name, 12, 40, true);
    look(name, 12, 40, false);
    look(name, 24, 80, true);
    look(name, 24, 80, false);
    look(name, 50, 132, true);
    look(name, 50, 132, false);
}

static void go_to_charts(void)
{
    desk_press('1' + VIEW_CHARTS);
}

static void test_a_run_that_goes_on_as_it_looks(void **state)
{
    (void)state;
    go_to_charts();
    train(2.4, false);
    look_at_all_sizes("running");
}

static void test_a_run_that_is_over_as_it_looks(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    look_at_all_sizes("over");
}

static void test_a_chart_that_fills_the_screen_has_its_figures(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    desk_press('f');
    look_at_all_sizes("whole");
    desk_press(KEYCODE_DOWN);
    desk_press(KEYCODE_DOWN);
    look("whole-rate", 24, 80, true);
    desk_press('n');
    look("whole-throughput", 24, 80, true);
    desk_press('n');
    assert_true(desk_shows("device load (%)"));
    assert_true(desk_shows("nothing of it was measured yet"));
    desk_press('n');
    assert_true(desk_shows("gradient (norm), log"));
    desk_press('n');
    assert_true(desk_shows("loss (nats)"));
}

/* The gradient of the first layer vanishes; there is no GPU. */
static void measure(int times)
{
    struct measured *m = measured_new();

    assert_non_null(m);
    for (int i = 1; i <= times; i++) {
        const double epoch = EPOCHS * (double)i / times;
        const struct load_point load = { .seconds = 3.0 * i, .epoch = epoch, .cpu = 0.97 - 0.1 * (i % 3),
                                         .memory = 1e9 + 2e7 * i, .memory_limit = 4e9, .gpu = NAN, .gpu_memory = NAN,
                                         .gpu_memory_total = NAN };
        const struct health look = { .step = (uint64_t)i * 100, .position = epoch, .seconds = 3.0 * i, .n_layers = 3,
                                     .layers = { { .gradient = (float)pow(10, -1 - 5.0 * i / times) },
                                                 layer_health_unknown,
                                                 { .gradient = 1.5f - 0.3f * (float)i / (float)times } } };

        assert_true(measured_add_load(m, &load) && measured_add_look(m, &look));
        assert_true(charts_take_measured(&desk_app->charts, m));
        assert_false(charts_take_measured(&desk_app->charts, m));
    }
    measured_free(m);
}

static void test_load_and_gradients_are_charts_too(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    measure(40);
    for (int i = 0; i < CHART_DEVICE_LOAD; i++)
        desk_press('n');
    look("measured", 24, 80, true);
    look("measured", 60, 200, true);
    look("measured", 24, 80, false);
    desk_press('f');
    look("measured-whole", 24, 80, true);
    desk_press('n');
    look("measured-gradients", 24, 80, true);
}

/* Whoever begins to watch a run sees all of it, and not only what is measured from then on. */
static void test_a_watched_run_has_what_was_measured_before(void **state)
{
    const struct curves *now = &desk_app->charts.runs[CHARTS_NOW];
    struct error e = { 0 };
    char folder[PATH_SIZE];

    folder_put(*state, "0007-watched/recipe.ini", "[layers]\nflatten =\n");
    folder_put(*state, "0007-watched/metrics.jsonl",
               "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1,\"seconds\":2}\n"
               "{\"kind\":\"load\",\"seconds\":2,\"epoch\":0.5,\"cpu_load\":0.2}\n"
               "{\"kind\":\"health\",\"step\":1,\"epoch\":0.5,\"seconds\":2,"
               "\"layers\":[{\"layer\":1,\"gradient\":0.2}]}\n"
               "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":2.2,\"accuracy\":0.1,\"seconds\":4}\n"
               "{\"kind\":\"load\",\"seconds\":4,\"epoch\":1,\"cpu_load\":0.6}\n"
               "{\"kind\":\"health\",\"step\":2,\"epoch\":1,\"seconds\":4,"
               "\"layers\":[{\"layer\":1,\"gradient\":0.4}]}\n");
    snprintf(folder, sizeof folder, "%s", folder_path(*state, "0007-watched"));
    assert_good(app_watch(desk_app, folder, &e), e);
    go_to_charts();
    desk_press('f');
    for (int i = 0; i < CHART_DEVICE_LOAD; i++)
        desk_press('n');
    desk_await("0007 cpu");
    assert_int_equal(now->lines[CHART_DEVICE_LOAD][0].count, 2);
    assert_float_equal(now->lines[CHART_DEVICE_LOAD][0].points[0].mean, 20, 1e-3);
    assert_int_equal(now->lines[CHART_GRADIENTS][0].count, 2);
    assert_float_equal(now->lines[CHART_GRADIENTS][0].points[0].mean, 0.2, 1e-6);
}

static void test_logarithmic_smooth_and_along_the_time(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    desk_press('f');
    desk_type("lsx");
    assert_true(desk_shows("step"));
    desk_type("x");
    look("log-smooth", 24, 80, true);
    look("log-smooth", 24, 80, false);
}

static void test_zoomed_in_at_the_cursor(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    for (int i = 0; i < 20; i++)
        desk_press(KEYCODE_LEFT);
    desk_type("[[[");
    look("zoomed", 24, 80, true);
    look("zoomed", 12, 40, true);
    desk_press('f');
    look("zoomed-whole", 24, 80, true);
    desk_press(KEYCODE_ESCAPE); /* the cursor */
    assert_true(desk_app->display.whole);
    desk_press(KEYCODE_ESCAPE);
    assert_false(desk_app->display.whole);
    desk_press('0');
    assert_false(desk_app->charts.zoomed);
}

static void test_the_run_before_is_behind_the_new_one(void **state)
{
    (void)state;
    go_to_charts();
    train_again();
    look("before", 24, 80, true);
    look("before", 24, 80, false);
    desk_press('f');
    look("before-whole", 24, 80, true);
}

/* A run in the folder of runs. */
static void put_run(const char *folder, const char *name, int seed, int epochs)
{
    struct fake_run other;
    char file[64];

    snprintf(file, sizeof file, "%s/recipe.ini", name);
    folder_put(folder, file, "[data]\nvalidation = 0.1\n[layers]\nflatten =\n");
    fake_run_begin(&other, seed);
    fake_run_train(&other, epochs * FAKE_STEPS);
    fake_run_write(&other, folder_path(folder, name));
    fake_run_free(&other);
}

/* Chooses the first of the runs, and waits for its curves where they are read. */
static void choose_run(void)
{
    struct error e = { 0 };

    desk_press('r');
    desk_press(KEYCODE_ENTER);
    if (desk_app->charts.reader)
        assert_true(charts_take_read(&desk_app->charts, CHARTS_PINNED, 60, &e));
    if (e.kind != ERROR_NONE)
        display_say_error(&desk_app->display, &e);
}

static void test_any_run_can_be_pinned_beside_the_new_one(void **state)
{
    setenv("CUVETTE_RUNS", *state, 1);
    put_run(*state, "0003-digits-cpu1", 4, 12);
    go_to_charts();
    train(EPOCHS, true);
    desk_press('r');
    assert_true(desk_shows("0003-digits-cpu1"));
    desk_press(KEYCODE_ESCAPE);
    choose_run();
    assert_true(charts_shows(&desk_app->charts, CHARTS_PINNED));
    look("pinned", 24, 80, true);
    look("pinned", 24, 80, false);
    desk_press('f');
    look("pinned-whole", 24, 80, true);
    choose_run();
    assert_false(charts_shows(&desk_app->charts, CHARTS_PINNED));
}

static void test_a_pinned_run_alone_is_told_by_its_number(void **state)
{
    setenv("CUVETTE_RUNS", *state, 1);
    put_run(*state, "0003-digits-cpu1", 4, 12);
    charts_free(&desk_app->charts);
    go_to_charts();
    assert_true(desk_shows("F5 trains: the loss is drawn here"));
    choose_run();
    assert_true(desk_shows("─ 0003 ─ ─┐"));
    desk_press(KEYCODE_LEFT);
    assert_true(desk_shows("at 12.00 0003 0."));
}

static void test_a_run_without_curves_is_told(void **state)
{
    setenv("CUVETTE_RUNS", *state, 1);
    folder_put(*state, "0003-digits-cpu1/recipe.ini", "[layers]\nflatten =\n");
    go_to_charts();
    choose_run();
    assert_true(desk_shows("metrics.jsonl"));
    assert_false(charts_shows(&desk_app->charts, CHARTS_PINNED));
}

static void choose_run_that_hangs(const char *folder)
{
    setenv("CUVETTE_RUNS", folder, 1);
    put_run(folder, "0003-digits-cpu1", 4, 12);
    go_to_charts();
    desk_press('r');
    held_lines(true);
    desk_press(KEYCODE_ENTER);
}

static void test_before_the_first_run_its_place_tells_what_is_read(void **state)
{
    charts_free(&desk_app->charts);
    choose_run_that_hangs(*state);
    assert_true(desk_shows("reading 0003-digits-cpu1: Esc stops"));
    desk_press('r'); /* the same again: no longer */
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("F5 trains: the loss is drawn here"));
    held_lines(false);
}

static void test_the_screen_goes_on_while_curves_are_read(void **state)
{
    choose_run_that_hangs(*state);
    train(EPOCHS, true);
    desk_press(KEYCODE_DOWN);
    assert_true(desk_shows("reading 0003 (Esc stops)"));
    look("reading", 24, 80, true);
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->charts.reader);
    assert_false(charts_shows(&desk_app->charts, CHARTS_PINNED));
    held_lines(false);
}

static void test_the_mouse_points_and_zooms(void **state)
{
    struct rectangle first = desk_app->display.layout.charts[0].area;
    int row = first.row + 3, column = first.column + 30;
    double place;
    (void)state;

    train(EPOCHS, true);
    desk_press(mouse_code(MOUSE_PRESS, row, column));
    assert_int_equal(desk_app->display.focus, VIEW_CHARTS);
    place = desk_app->charts.cursor;
    assert_true(desk_app->charts.pointing && place > 5 && place < 15);
    desk_press(mouse_code(MOUSE_DRAG, row, column + 5));
    assert_true(desk_app->charts.cursor > place);
    desk_press(mouse_code(MOUSE_WHEEL_UP, row, column));
    assert_true(desk_app->charts.zoomed);
    assert_true(fabs(window_fraction(desk_app->charts.window, place) - place / EPOCHS) < 0.05);
    desk_press(mouse_code(MOUSE_WHEEL_DOWN, row, column));
    assert_false(desk_app->charts.zoomed);
}

/* Nobody shall take figures of the test images for those of images that were held out. */
static void test_the_legend_says_which_images_validate(void **state)
{
    (void)state;
    train(2, false);
    assert_true(desk_shows("test •"));
    charts_begin(&desk_app->charts, 2, "0002-digits-cpu1", &held_out);
    assert_true(desk_shows("valid •"));
}

static void test_what_sees_no_braille_gets_blocks(void **state)
{
    (void)state;
    go_to_charts();
    train(EPOCHS, true);
    desk_app->display.without_braille = true;
    look("blocks", 24, 80, true);
}

/* What makes a chart be drawn again. */
static bool is_rescaled(const struct charts *before, const struct charts *now)
{
    bool same = before->window.high == now->window.high;

    for (int kind = CHART_LOSS; kind <= CHART_ACCURACY; kind++)
        same = same && before->scales[kind].low == now->scales[kind].low &&
               before->scales[kind].high == now->scales[kind].high;
    return !same;
}

/* What an epoch sends at 80×24: some tens of bytes, for two curves, two marks and the way to them; more while it fills
 * a large part of the width. Charts are drawn again when what is in sight has grown twofold, which is not often. */
static void test_an_epoch_costs_some_tens_of_bytes(void **state)
{
    enum { FIRST = 4, FIRST_MOST = 200, EPOCH_MOST = 110, RESCALED_MOST = 900 };
    struct error e = { 0 };
    struct painter *painter = painter_open("xterm-256color", &e);
    struct outgoing frame = { 0 };
    int rescaled = 0;
    (void)state;

    assert_non_null(painter);
    assert_true(painter_resize(painter, 24, 80, &e));
    go_to_charts();
    assert_true(painter_paint(painter, desk_draw(), &frame, &e));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        struct charts before = desk_app->charts;
        bool anew;

        train(1, false);
        anew = is_rescaled(&before, &desk_app->charts);
        rescaled += anew;
        frame.used = 0;
        assert_true(painter_paint(painter, desk_draw(), &frame, &e));
        assert_in_range(frame.used, 1, anew ? RESCALED_MOST : epoch < FIRST ? FIRST_MOST : EPOCH_MOST);
    }
    print_message("drawn anew %d times in %d epochs\n", rescaled, EPOCHS);
    assert_in_range(rescaled, 1, EPOCHS / 2);
    outgoing_free(&frame);
    painter_close(painter);
}

/* Step by step, as it is seen on a fast link. */
static void test_a_step_costs_a_few_bytes(void **state)
{
    struct error e = { 0 };
    struct painter *painter = painter_open("xterm-256color", &e);
    struct outgoing frame = { 0 };
    size_t bytes = 0;
    int steps = 0;
    (void)state;

    assert_non_null(painter);
    assert_true(painter_resize(painter, 24, 80, &e));
    go_to_charts();
    train(14, false); /* the window is that of the whole run from here on */
    assert_true(painter_paint(painter, desk_draw(), &frame, &e));
    for (; run.trained < EPOCHS * FAKE_STEPS; steps++) {
        struct charts before = desk_app->charts;

        fake_run_train(&run, 1);
        fake_run_follow(&run, &desk_app->charts, false);
        frame.used = 0;
        assert_true(painter_paint(painter, desk_draw(), &frame, &e));
        if (!is_rescaled(&before, &desk_app->charts))
            bytes += frame.used;
    }
    assert_in_range(bytes / (size_t)steps, 1, 15);
    outgoing_free(&frame);
    painter_close(painter);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_that_goes_on_as_it_looks),
        TEST(test_a_run_that_is_over_as_it_looks),
        TEST(test_a_chart_that_fills_the_screen_has_its_figures),
        TEST(test_load_and_gradients_are_charts_too),
        cmocka_unit_test_setup_teardown(test_a_watched_run_has_what_was_measured_before, desk_open, desk_close),
        TEST(test_logarithmic_smooth_and_along_the_time),
        TEST(test_zoomed_in_at_the_cursor),
        TEST(test_the_run_before_is_behind_the_new_one),
        TEST(test_any_run_can_be_pinned_beside_the_new_one),
        TEST(test_a_pinned_run_alone_is_told_by_its_number),
        TEST(test_a_run_without_curves_is_told),
        TEST(test_before_the_first_run_its_place_tells_what_is_read),
        TEST(test_the_screen_goes_on_while_curves_are_read),
        TEST(test_the_mouse_points_and_zooms),
        TEST(test_the_legend_says_which_images_validate),
        TEST(test_what_sees_no_braille_gets_blocks),
        TEST(test_an_epoch_costs_some_tens_of_bytes),
        TEST(test_a_step_costs_a_few_bytes),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
