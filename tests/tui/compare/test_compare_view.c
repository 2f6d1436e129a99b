/* Runs beside each other, as they look, and while one of them trains. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "plot/chart.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/held_lines.h"
#include "tests/support/png.h"
#include "tui/actions.h"
#include "tui/keys.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 2\nbatch = 50\n[layers]\nflatten =\n"
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

/* A run of so many epochs, each of so many seconds, that gets better by `speed`. */
struct story {
    int number, batch, epochs;
    const char *device, *state;
    double seconds, speed;
};

enum { STEPS = 20 /* an epoch */, IMAGES = 5000 };

static void put_epoch(const struct story *s, int epoch, char *text, size_t size)
{
    for (int step = 1; step <= STEPS; step++) {
        const double at = epoch - 1 + (double)step / STEPS, loss = 0.2 + 2 * exp(-at * s->speed);

        text_append(text, size, "{\"kind\":\"step\",\"step\":%d,\"epoch\":%g,\"loss\":%g,\"accuracy\":%g,"
                    "\"learning_rate\":0.1,\"seconds\":%g,\"images_per_second\":%g}\n",
                    (epoch - 1) * STEPS + step, at, loss, 1 - loss / 3, at * s->seconds, IMAGES / s->seconds);
    }
    text_append(text, size, "{\"kind\":\"epoch\",\"epoch\":%d,\"loss\":0.5,\"accuracy\":0.5,\"valid_loss\":%g,"
                "\"valid_accuracy\":%g,\"learning_rate\":0.1,\"seconds\":%g,\"images_per_second\":%g}\n",
                epoch, 0.3 + exp(-epoch * s->speed), 0.96 - 0.5 * exp(-epoch * s->speed), epoch * s->seconds,
                IMAGES / s->seconds * (1 + 0.01 * epoch));
}

static void put_story(const char *folder, const struct story *s)
{
    static char text[65536];
    char path[64];

    snprintf(path, sizeof path, "%04d-digits/recipe.ini", s->number);
    snprintf(text, sizeof text, "[training]\nepochs = 8\nbatch = %d\ndevice = %s\n[layers]\nflatten =\n"
             "dense = units=10\n", s->batch, s->device);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "%04d-digits/metrics.jsonl", s->number);
    snprintf(text, sizeof text, "{\"kind\":\"run\",\"name\":\"lesson\",\"dataset\":\"digits\",\"device\":\"%s\","
             "\"date\":\"2024-01-%02d 10:00\"}\n", s->device, s->number);
    for (int epoch = 1; epoch <= s->epochs; epoch++)
        put_epoch(s, epoch, text, sizeof text);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "%04d-digits/summary.json", s->number);
    snprintf(text, sizeof text, "{\"name\":\"lesson\",\"dataset\":\"digits\",\"device\":\"%s\",\"state\":\"%s\","
             "\"epochs\":%d,\"seconds_total\":%g}", s->device, s->state, s->epochs, s->epochs * s->seconds);
    folder_put(folder, path, text);
}

static void put_stories(const char *folder)
{
    static const struct story stories[] = {
        { 1, 32, 8, "cpu:1", "finished", 14.2, 0.4 },
        { 2, 32, 8, "cpu", "finished", 3.9, 0.4 },
        { 3, 256, 6, "cpu", "stopped", 2.1, 0.25 },
    };

    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        put_story(folder, &stories[i]);
}

/* From the oldest on, so that it is the first row. */
static void open_view(int count)
{
    desk_press(KEYCODE_F4);
    desk_press(KEYCODE_END);
    for (int i = 0; i < count; i++) {
        desk_press(' ');
        desk_press(KEYCODE_END);
        for (int up = 0; up <= i; up++)
            desk_press(KEYCODE_UP);
    }
    desk_press('c');
}

static void compare(int count)
{
    open_view(count);
    desk_await("an epoch");
}

static void test_the_view_as_it_looks(void **state)
{
    static const struct {
        int rows, columns;
        const char *all, *results, *curves;
    } sizes[] = {
        { 24, 80, "compare-80x24", "compare-results-80x24", "compare-curves-80x24" },
        { 12, 40, "compare-40x12", "compare-results-40x12", "compare-curves-40x12" },
        { 60, 200, "compare-200x60", NULL, NULL },
    };

    put_stories(*state);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(desk_app, sizes[i].rows, sizes[i].columns, true);
        compare(3);
        golden_check_canvas(sizes[i].all, desk_draw());
        desk_press(KEYCODE_TAB);
        assert_true(desk_shows("training batch"));
        desk_press(KEYCODE_TAB);
        if (sizes[i].results)
            golden_check_canvas(sizes[i].results, desk_draw());
        desk_press(KEYCODE_TAB);
        if (sizes[i].curves)
            golden_check_canvas(sizes[i].curves, desk_draw());
        desk_press('q');
        assert_true(desk_shows("3 marked"));
        desk_press('q');
        assert_null(desk_app->display.dialog);
    }
}

static void test_curves_are_told_apart_without_colours_and_braille(void **state)
{
    put_stories(*state);
    app_resize(desk_app, 24, 80, false);
    compare(3);
    golden_check_canvas("compare-80x24-ascii", desk_draw());
}

static void test_another_curve_along_another_axis(void **state)
{
    put_stories(*state);
    compare(2);
    assert_true(desk_shows("accuracy (%), test"));
    desk_press('n');
    assert_true(desk_shows("loss (nats), train"));
    desk_press('x');
    assert_true(desk_shows("step "));
    desk_press('x');
    assert_true(desk_shows("time "));
    desk_press('l');
    desk_press('s');
    assert_true(desk_shows("loss (nats), train"));
}

static void test_what_is_no_whole_run_is_said_so(void **state)
{
    put_stories(*state);
    folder_put(*state, "0002-digits/summary.json", "{");
    folder_put(*state, "0003-digits/metrics.jsonl", "no line of metrics\n");
    compare(3);
    assert_true(desk_shows("damaged"));
    app_resize(desk_app, 12, 40, true);
    assert_true(desk_shows("0001-digits"));
}

/* Up to the key that starts it. */
static void ask_for_charts(const char *into)
{
    enum { FOLDER_FIELD = 6 };

    desk_press('E');
    assert_true(desk_shows("Charts of the comparison as files"));
    for (int i = 0; i < FOLDER_FIELD; i++)
        desk_press(KEYCODE_DOWN);
    desk_type(into);
    desk_press(KEYCODE_ENTER);
}

/* Runs that were there already have no folder together: where to is asked. */
static void test_its_charts_become_files(void **state)
{
    put_stories(*state);
    compare(3);
    desk_press(KEYCODE_F8);
    assert_true(desk_shows("E asks where to"));
    ask_for_charts(folder_path(*state, "figures"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("figures/speed-up.png"));
    png_check(folder_path(*state, "figures/speed-up.png"), CHART_WIDTH, CHART_HEIGHT);
    png_check(folder_path(*state, "figures/accuracy-time.png"), CHART_WIDTH, CHART_HEIGHT);
    desk_press('E');
    assert_true(desk_shows("figures"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("Comparison of 3 runs"));
    desk_press('q');
    desk_press('q');
    desk_press('E'); /* of the run on the screen again */
    assert_true(desk_shows("press F5 to train"));
}

/* The folders of its runs do not answer: the view can be used, and left. */
static void test_the_screen_goes_on_while_its_charts_are_written(void **state)
{
    put_stories(*state);
    compare(3);
    ask_for_charts(folder_path(*state, "figures"));
    held_lines(true);
    actions_key(desk_app, KEYCODE_ENTER);
    actions_follow(desk_app);
    assert_true(desk_shows("writing the charts"));
    actions_key(desk_app, KEYCODE_TAB);
    assert_true(desk_shows("training batch"));
    actions_key(desk_app, 'q');
    assert_true(desk_shows("3 marked"));
    assert_false(path_is_folder(folder_path(*state, "figures")));
    held_lines(false);
    desk_settle();
    assert_true(desk_shows("figures/speed-up.png"));
    png_check(folder_path(*state, "figures/speed-up.png"), CHART_WIDTH, CHART_HEIGHT);
}

static void test_before_an_epoch_there_is_nothing_to_draw(void **state)
{
    put_story(*state, &(struct story){ 1, 32, 0, "cpu:1", "stopped", 1, 1 });
    put_story(*state, &(struct story){ 2, 64, 0, "cpu:1", "stopped", 1, 1 });
    open_view(2);
    desk_await("Comparison of 2 runs");
    ask_for_charts(folder_path(*state, "figures"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("nothing to draw yet"));
}

/* A run whose folder does not answer: the view is there, and can be left. */
static void test_nothing_waits_for_a_file_system_that_hangs(void **state)
{
    put_stories(*state);
    desk_press(KEYCODE_F4);
    desk_press(' ');
    desk_press(' ');
    held_lines(true);
    desk_press('c');
    assert_true(desk_shows("reading"));
    desk_press('x');
    desk_press('q');
    assert_true(desk_shows("2 marked"));
}

/* Paused, it has begun and is not over; then it comes to its end before the view's eyes. */
static void test_a_run_that_trains_is_followed(void **state)
{
    put_stories(*state);
    desk_press(KEYCODE_F5);
    desk_press(' ');
    desk_await("paused");
    desk_press(KEYCODE_F4);
    desk_press(' ');
    desk_press(' ');
    desk_press('c');
    desk_await("/2");
    desk_press(KEYCODE_TAB);
    desk_press(KEYCODE_TAB);
    live_command(&desk_app->live, CONTROL_RESUME, 0);
    desk_end_run();
    desk_await("finished");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(test_the_view_as_it_looks),
        TEST(test_curves_are_told_apart_without_colours_and_braille),
        TEST(test_another_curve_along_another_axis),
        TEST(test_what_is_no_whole_run_is_said_so),
        TEST(test_its_charts_become_files),
        TEST(test_the_screen_goes_on_while_its_charts_are_written),
        TEST(test_before_an_epoch_there_is_nothing_to_draw),
        TEST(test_nothing_waits_for_a_file_system_that_hangs),
        TEST(test_a_run_that_trains_is_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
