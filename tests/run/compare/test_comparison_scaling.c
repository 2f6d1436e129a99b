/* How more threads, ranks or GPUs do, of results that are known. */
#include "tests/support/check.h"

#include "base/text.h"
#include "run/compare/comparison_scaling.h"

enum { ROWS = 3 };

static struct comparison_result results[ROWS];
static struct comparison_row rows[ROWS];
static bool alone; /* nothing else differs */
static struct comparison_scaling scaling;

/* The last one first, as nobody has to give them in their order. */
static int setup(void **state)
{
    static const char *const devices[ROWS] = { "cpu:4x1", "cpu:1", "cpu:2x1" };
    static const int threads[ROWS] = { 4, 1, 2 };
    static const double speeds[ROWS] = { 2800, 1000, 1800 };
    (void)state;

    alone = true;
    for (int i = 0; i < ROWS; i++) {
        results[i] = (struct comparison_result){ .there = true };
        results[i].summary.threads = threads[i];
        results[i].summary.replicas = threads[i];
        results[i].summary.ranks = threads[i] > 1 ? threads[i] : 0;
        rows[i] = (struct comparison_row){ .first = i, .count = 1 };
        rows[i].images_per_second = (struct comparison_spread){ 2, speeds[i], speeds[i] * 0.9, speeds[i] * 1.1 };
        rows[i].seconds_to_common = (struct comparison_band){ 1, 100 / speeds[i], 0, 0 };
        text_copy(rows[i].label, sizeof rows[i].label, devices[i]);
        text_copy(rows[i].device, sizeof rows[i].device, devices[i]);
    }
    return 0;
}

static bool make(void)
{
    return comparison_scaling_make(&(struct comparison_rows){ rows, ROWS, 0.5 }, results, alone, &scaling);
}

static void test_efficiency_is_against_the_least(void **state)
{
    char words[256];
    (void)state;

    assert_true(make());
    assert_int_equal(scaling.count, ROWS);
    assert_int_equal(scaling.steps[0].row, 1);
    assert_int_equal(scaling.steps[2].units, 4);
    assert_true(scaling.steps[0].efficiency.median == 1);
    assert_true(scaling.steps[1].efficiency.median == 0.9);
    assert_true(scaling.steps[2].perfect == 4000 && scaling.steps[2].efficiency.median == 0.7);
    assert_true(scaling.steps[2].seconds_to_common == 100.0 / 2800);
    comparison_scaling_words(&scaling, rows, words, sizeof words);
    assert_string_equal(words, "cpu:4x1 trains 2800 images/s, 2.8 times as many as cpu:1, with 4 times the threads: "
                               "70 % of perfect");
}

/* Ranks of other processes: each is told by its own threads. */
static void test_runs_of_several_processes(void **state)
{
    (void)state;

    for (int i = 0; i < ROWS; i++) {
        results[i].summary.threads = 8;
        results[i].summary.replicas = 1;
    }
    assert_true(make());
    assert_int_equal(scaling.steps[0].units, 8);
    assert_int_equal(scaling.steps[2].units, 32);
}

static void test_gpus_count_themselves(void **state)
{
    (void)state;

    for (int i = 0; i < ROWS; i++) {
        results[i].summary.threads = 0;
        text_copy(rows[i].device, sizeof rows[i].device, i == 1 ? "cuda:0" : "cuda:0-3");
    }
    assert_true(make());
    assert_string_equal(scaling.unit, "GPU");
    assert_int_equal(scaling.steps[2].units, 4);
}

static void test_what_is_no_scaling(void **state)
{
    char words[256];
    (void)state;

    results[0].summary.threads = 2; /* two that are alike */
    assert_false(make());
    assert_int_equal(scaling.count, 0);
    setup(state);
    text_copy(rows[0].device, sizeof rows[0].device, "cuda:0"); /* of two kinds */
    assert_false(make());
    setup(state);
    alone = false;
    assert_false(make());
    comparison_scaling_words(&scaling, rows, words, sizeof words);
    assert_string_equal(words, "");
    setup(state);
    rows[0].images_per_second.count = rows[1].images_per_second.count = 0; /* one is measured */
    assert_false(make());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_efficiency_is_against_the_least, setup),
        cmocka_unit_test_setup(test_runs_of_several_processes, setup),
        cmocka_unit_test_setup(test_gpus_count_themselves, setup),
        cmocka_unit_test_setup(test_what_is_no_scaling, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
