#include "tests/support/check.h"

#include <math.h>

#include "nn/recipe/recipe.h"
#include "tests/support/fake_run.h"
#include "tui/state/charts.h"
#include "tui/state/charts_figures.h"

enum { EPOCHS = 20, ROWS = 6, CELLS = 46, POINTS = 92, TRAIN = 0, VALID = 1 };

static const struct recipe recipe = { .training = { .epochs = EPOCHS } };
static struct fake_run run;
static struct charts charts;

static int begin(void **state)
{
    (void)state;
    charts = (struct charts){ 0 };
    fake_run_begin(&run, 0);
    charts_resize(&charts, ROWS, CELLS, POINTS);
    charts_begin(&charts, 1, "0001-digits-cpu1", &recipe);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_run_free(&run);
    charts_free(&charts);
    return 0;
}

static void train(double epochs)
{
    fake_run_train(&run, (int)(epochs * FAKE_STEPS));
    assert_true(fake_run_follow(&run, &charts, false));
}

/* How much of a chart's height the curve uses from an epoch on. */
static double height_used(enum chart_position kind, double from)
{
    struct columns c;
    double low = INFINITY, high = -INFINITY;

    charts_columns(&charts, CHARTS_NOW, kind, TRAIN, true, &c);
    for (int i = columns_at(POINTS, charts.window, from); i < c.used; i++)
        if (c.column[i].count > 0) {
            low = fmin(low, (double)c.column[i].mean);
            high = fmax(high, (double)c.column[i].mean);
        }
    return scale_fraction(&charts.scales[kind], high) - scale_fraction(&charts.scales[kind], low);
}

/* Of ten epochs the first filled a tenth of the width. */
static void test_what_there_is_fills_most_of_the_width(void **state)
{
    struct columns c;
    (void)state;

    train(3);
    charts_columns(&charts, CHARTS_NOW, CHART_LOSS, TRAIN, false, &c);
    assert_true(c.used >= POINTS * 6 / 10);
}

/* The first seconds of a run need no other window: a step is a second long, or a hundredth. */
static void test_a_window_lasts_for_some_seconds(void **state)
{
    struct window first;
    (void)state;

    train(0.1);
    first = charts.window;
    while (curves_end(&charts.runs[CHARTS_NOW], AXIS_TIME) < 25) {
        fake_run_train(&run, 1);
        fake_run_follow(&run, &charts, false);
        assert_true(charts.window.high == first.high);
    }
}

static void test_near_its_end_the_whole_run_is_shown(void **state)
{
    (void)state;
    train(EPOCHS * 0.7);
    assert_true(charts.window.low == 0 && charts.window.high == EPOCHS);
    train(EPOCHS * 0.3);
    assert_true(charts.window.high == EPOCHS);
    charts_next_axis(&charts);
    assert_float_equal(charts.window.high, EPOCHS * FAKE_STEPS, 1e-6);
}

static void test_a_run_that_is_over_is_shown_as_far_as_it_came(void **state)
{
    (void)state;
    train(3);
    assert_true(fake_run_follow(&run, &charts, true));
    assert_true(charts.window.high == 3);
    charts_next_axis(&charts);
    charts_next_axis(&charts);
    assert_int_equal(charts.axis, AXIS_TIME);
    assert_float_equal(charts.window.high, 3 * FAKE_STEPS / 5 + 3, 1e-6);
}

/* 0.4 to 0.08 was one row of seven, after a start at 2.3. */
static void test_what_comes_after_the_steep_start_uses_the_height(void **state)
{
    (void)state;
    train(EPOCHS);
    assert_true(height_used(CHART_LOSS, EPOCHS / 8.0) > 0.5);
    assert_true(charts.scales[CHART_ACCURACY].low > 60);
    assert_true(charts.scales[CHART_ACCURACY].high <= 100);
}

static void test_a_run_rescales_seldom(void **state)
{
    int changes = 0;
    (void)state;

    for (int step = 0; step < EPOCHS * FAKE_STEPS; step++) {
        struct charts before = charts;

        fake_run_train(&run, 1);
        fake_run_follow(&run, &charts, false);
        changes += before.window.high != charts.window.high ||
                   before.scales[CHART_LOSS].low != charts.scales[CHART_LOSS].low ||
                   before.scales[CHART_LOSS].high != charts.scales[CHART_LOSS].high;
    }
    assert_in_range(changes, 5, 30);
}

static void test_zooming_holds_still_while_it_trains(void **state)
{
    struct window zoomed;
    (void)state;

    train(10);
    charts_zoom(&charts, 0.5);
    zoomed = charts.window;
    assert_true(charts.zoomed && zoomed.high - zoomed.low < 8);
    train(10);
    assert_true(charts.window.low == zoomed.low && charts.window.high == zoomed.high);
    charts_show_all(&charts);
    assert_true(charts.window.low == 0 && charts.window.high == EPOCHS);
}

static void test_zooming_out_again_is_no_zoom(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_zoom(&charts, 2.0 / 3);
    charts_pan(&charts, 0.25);
    assert_true(charts.zoomed);
    charts_zoom(&charts, 3);
    assert_false(charts.zoomed);
}

static void test_the_scale_is_that_of_what_is_in_sight(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_zoom(&charts, 0.1);
    charts_pan(&charts, 100);
    assert_true(charts.scales[CHART_LOSS].high < 0.3);
    charts_pan(&charts, -100);
    assert_true(charts.scales[CHART_LOSS].high > 2); /* zoomed in, the steep start is seen whole */
}

static void test_the_cursor_begins_at_the_end_and_reads_what_is_drawn(void **state)
{
    struct columns c;
    struct charts_figures f;
    int at;
    (void)state;

    train(EPOCHS);
    assert_int_equal(charts_cursor_point(&charts), -1);
    charts_move_cursor(&charts, -1);
    assert_int_equal(charts_cursor_point(&charts), POINTS - 1);
    for (int i = 0; i < 10; i++)
        charts_move_cursor(&charts, -1);
    at = charts_cursor_point(&charts);
    assert_in_range(at, POINTS - 1 - 22, POINTS - 1 - 18); /* ten cells of two dots */
    charts_columns(&charts, CHARTS_NOW, CHART_LOSS, TRAIN, false, &c);
    f = charts_figures(&charts, CHARTS_NOW, CHART_LOSS, TRAIN);
    assert_true(f.cursor == (double)c.column[at].mean);
    assert_false(isnan(charts_figures(&charts, CHARTS_NOW, CHART_LOSS, VALID).cursor)); /* the last one before it */
    charts_point_at(&charts, 0);
    assert_in_range(charts_cursor_point(&charts), 0, 1);
    charts_hide_cursor(&charts);
    assert_int_equal(charts_cursor_point(&charts), -1);
}

static void test_the_window_follows_the_cursor_where_it_leaves_it(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_zoom(&charts, 0.2);
    charts_move_cursor(&charts, 1);
    for (int i = 0; i < 4 * CELLS; i++) {
        charts_move_cursor(&charts, -1);
        assert_true(charts_cursor_point(&charts) >= 0);
    }
    assert_true(charts.window.low < 2);
}

static void test_the_cursor_keeps_its_place_on_another_axis(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_point_at(&charts, CELLS / 2);
    double epoch = charts.cursor;
    charts_next_axis(&charts);
    assert_float_equal(charts.cursor, epoch * FAKE_STEPS, 2);
    charts_next_axis(&charts);
    charts_next_axis(&charts);
    assert_float_equal(charts.cursor, epoch, 0.05);
}

static void test_figures_are_of_all_and_the_mean_of_what_is_in_sight(void **state)
{
    struct charts_figures f, near_the_end;
    double lowest = INFINITY, sum = 0;
    (void)state;

    train(EPOCHS);
    for (size_t i = 0; i < series_length(run.steps); i++) {
        lowest = fmin(lowest, (double)series_at(run.steps, i).loss);
        sum += (double)series_at(run.steps, i).loss;
    }
    f = charts_figures(&charts, CHARTS_NOW, CHART_LOSS, TRAIN);
    assert_true(f.smooth && f.best > lowest && f.best < f.mean); /* no single step's */
    assert_true(f.best_at > 0 && f.best_at <= EPOCHS);
    assert_float_equal(f.mean, sum / (double)series_length(run.steps), 1e-4);
    assert_float_equal(f.last, (double)series_at(run.steps, series_length(run.steps) - 1).loss, 0);
    charts_zoom(&charts, 0.1);
    charts_pan(&charts, 100);
    near_the_end = charts_figures(&charts, CHARTS_NOW, CHART_LOSS, TRAIN);
    assert_true(near_the_end.mean < f.mean);
    assert_true(near_the_end.best == f.best);
    assert_true(charts_figures(&charts, CHARTS_NOW, CHART_ACCURACY, VALID).best > 90); /* the highest */
    assert_false(charts_figures(&charts, CHARTS_NOW, CHART_ACCURACY, VALID).smooth);
    assert_true(isnan(charts_figures(&charts, CHARTS_NOW, CHART_LEARNING_RATE, 0).best));
}

static void test_a_new_run_leaves_the_one_before_behind_it(void **state)
{
    (void)state;
    assert_false(charts_shows(&charts, CHARTS_BEFORE));
    train(5);
    fake_run_free(&run);
    fake_run_begin(&run, 1);
    charts_begin(&charts, 2, "0002-digits-cpu1", &recipe);
    assert_true(charts_shows(&charts, CHARTS_BEFORE));
    assert_string_equal(charts.runs[CHARTS_BEFORE].name, "0001-digits-cpu1");
    assert_int_equal(charts.runs[CHARTS_BEFORE].lines[CHART_LOSS][TRAIN].count, 5 * FAKE_STEPS);
    assert_int_equal(charts.runs[CHARTS_NOW].lines[CHART_LOSS][TRAIN].count, 0);
    charts_begin(&charts, 3, "0003-digits-cpu1", &recipe); /* the second made no step */
    assert_string_equal(charts.runs[CHARTS_BEFORE].name, "0001-digits-cpu1");
    struct error e = { 0 };

    assert_good(charts_toggle(&charts, "runs/0001-digits-cpu1", NULL, NULL, &e), e);
    assert_false(charts_shows(&charts, CHARTS_BEFORE));
}

static void test_a_rate_is_drawn_from_zero(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_next(&charts, CHART_THROUGHPUT);
    assert_float_equal(charts.scales[CHART_THROUGHPUT].low, 0, 0);
    assert_true(charts.scales[CHART_THROUGHPUT].high > 3000);
}

static void test_only_kinds_for_which_it_makes_sense_are_logarithmic(void **state)
{
    (void)state;
    train(EPOCHS);
    charts_toggle_logarithmic(&charts);
    assert_true(charts.scales[CHART_LOSS].logarithmic);
    assert_false(charts.scales[CHART_ACCURACY].logarithmic);
    charts_toggle_logarithmic(&charts);
    assert_false(charts.scales[CHART_LOSS].logarithmic);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_what_there_is_fills_most_of_the_width),
        TEST(test_a_window_lasts_for_some_seconds),
        TEST(test_near_its_end_the_whole_run_is_shown),
        TEST(test_a_run_that_is_over_is_shown_as_far_as_it_came),
        TEST(test_what_comes_after_the_steep_start_uses_the_height),
        TEST(test_a_run_rescales_seldom),
        TEST(test_zooming_holds_still_while_it_trains),
        TEST(test_zooming_out_again_is_no_zoom),
        TEST(test_the_scale_is_that_of_what_is_in_sight),
        TEST(test_the_cursor_begins_at_the_end_and_reads_what_is_drawn),
        TEST(test_the_window_follows_the_cursor_where_it_leaves_it),
        TEST(test_the_cursor_keeps_its_place_on_another_axis),
        TEST(test_figures_are_of_all_and_the_mean_of_what_is_in_sight),
        TEST(test_a_new_run_leaves_the_one_before_behind_it),
        TEST(test_a_rate_is_drawn_from_zero),
        TEST(test_only_kinds_for_which_it_makes_sense_are_logarithmic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
