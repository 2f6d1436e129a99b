#include "tests/support/check.h"

#include "tests/support/fake_run.h"
#include "tests/support/folder.h"
#include "tui/state/curves.h"

enum { TRAIN = 0, VALID = 1 /* lines */ };

static struct fake_run run;
static struct curves curves;

static int begin(void **state)
{
    fake_run_begin(&run, 0);
    curves_begin(&curves, "0007-digits-cpu1", false);
    return folder_setup(state);
}

static int end(void **state)
{
    fake_run_free(&run);
    curves_free(&curves);
    return folder_teardown(state);
}

static bool follow(struct curves *c)
{
    return curves_follow(c, (const struct series *const[CURVE_COUNT]){ run.steps, run.checks });
}

static void test_every_point_is_on_every_axis(void **state)
{
    const struct trace *train = &curves.lines[CHART_LOSS][TRAIN], *valid = &curves.lines[CHART_ACCURACY][VALID];
    (void)state;

    fake_run_train(&run, 2 * FAKE_STEPS + 30);
    assert_true(follow(&curves));
    assert_int_equal(train->count, 2 * FAKE_STEPS + 30);
    assert_int_equal(valid->count, 2);
    assert_float_equal(train->points[29].x[AXIS_EPOCH], 0.5, 1e-9);
    assert_float_equal(train->points[29].x[AXIS_STEP], 30, 0);
    assert_float_equal(train->points[29].x[AXIS_TIME], 6, 1e-6);
    assert_float_equal(valid->points[1].x[AXIS_STEP], 2 * FAKE_STEPS, 1e-6);
    assert_float_equal(valid->points[1].x[AXIS_TIME], 2 * FAKE_STEPS / 5 + 2, 1e-6);
    assert_true(valid->points[1].mean > 85 && valid->points[1].mean < 96); /* percent */
    assert_float_equal(curves_end(&curves, AXIS_EPOCH), 2.5, 1e-9);
    assert_float_equal(curves_end(&curves, AXIS_STEP), 150, 0);
}

static void test_rate_and_throughput_are_curves_too(void **state)
{
    (void)state;
    fake_run_train(&run, 10);
    follow(&curves);
    assert_float_equal(curves.lines[CHART_LEARNING_RATE][0].last.y, 1e-3, 1e-9);
    assert_int_equal(curves.lines[CHART_THROUGHPUT][0].count, 6); /* a rate needs a second: five steps */
    assert_true(curves.lines[CHART_THROUGHPUT][0].last.y > 2800);
}

static void test_following_in_bits_gives_what_following_at_once_gives(void **state)
{
    struct curves at_once = { 0 };
    (void)state;

    for (int i = 0; i < 500; i += 7) {
        fake_run_train(&run, 7);
        assert_true(follow(&curves));
        assert_false(follow(&curves));
    }
    follow(&at_once);
    for (int i = 0; i < CHART_COUNT; i++)
        for (int j = 0; j < chart_kinds[i]->n_lines; j++) {
            assert_int_equal(at_once.lines[i][j].count, curves.lines[i][j].count);
            for (size_t k = 0; k < at_once.lines[i][j].count; k++)
                assert_true(at_once.lines[i][j].points[k].mean == curves.lines[i][j].points[k].mean);
        }
    curves_free(&at_once);
}

static void test_a_run_from_its_folder_has_the_same_curves(void **state)
{
    struct curves read = { 0 };
    struct error e = { 0 };

    fake_run_train(&run, 3 * FAKE_STEPS);
    follow(&curves);
    fake_run_write(&run, *state);
    folder_put(*state, "recipe.ini", "[data]\nvalidation = 0.1\n[layers]\nflatten =\n");
    assert_good(curves_read(&read, *state, NULL, &e), e);
    assert_string_equal(read.name, path_name(*state));
    assert_true(read.held_out);
    for (int i = 0; i < CHART_COUNT; i++)
        for (int j = 0; j < chart_kinds[i]->n_lines; j++) {
            assert_int_equal(read.lines[i][j].count, curves.lines[i][j].count);
            for (int axis = 0; axis < AXIS_COUNT; axis++)
                assert_float_equal(read.lines[i][j].last.x[axis], curves.lines[i][j].last.x[axis], 1e-4);
            assert_float_equal(read.lines[i][j].last.y, curves.lines[i][j].last.y, 1e-4);
        }
    curves_free(&read);
}

static void test_metrics_without_times_are_curves_all_the_same(void **state)
{
    struct curves read = { 0 };
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", "[layers]\nflatten =\n");
    folder_put(*state, "metrics.jsonl", "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n");
    assert_good(curves_read(&read, *state, NULL, &e), e);
    assert_int_equal(read.lines[CHART_LOSS][TRAIN].count, 1);
    assert_int_equal(read.lines[CHART_THROUGHPUT][0].count, 0);
    curves_free(&read);
}

static void test_a_folder_without_curves_leaves_them_as_they_are(void **state)
{
    struct error e = { 0 };

    fake_run_train(&run, 10);
    follow(&curves);
    assert_bad(curves_read(&curves, *state, NULL, &e), e, "recipe.ini");
    folder_put(*state, "recipe.ini", "[layers]\nflatten =\n");
    assert_bad(curves_read(&curves, *state, NULL, &e), e, "metrics.jsonl");
    assert_string_equal(curves.name, "0007-digits-cpu1");
    assert_int_equal(curves.lines[CHART_LOSS][TRAIN].count, 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_every_point_is_on_every_axis),
        TEST(test_rate_and_throughput_are_curves_too),
        TEST(test_following_in_bits_gives_what_following_at_once_gives),
        TEST(test_a_run_from_its_folder_has_the_same_curves),
        TEST(test_metrics_without_times_are_curves_all_the_same),
        TEST(test_a_folder_without_curves_leaves_them_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
