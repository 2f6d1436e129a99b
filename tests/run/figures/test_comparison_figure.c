/* Comparisons as charts and reports, of results that are known. */
#include "tests/support/check.h"

#include <math.h>

#include "base/text.h"
#include "plot/chart_page.h"
#include "run/figures/comparison_report.h"
#include "tests/support/folder.h"

enum { ENTRIES = 4, EPOCHS = 3 };

static struct point valid[ENTRIES][EPOCHS];
static struct comparison_entry entries[ENTRIES];
static struct comparison_result results[ENTRIES];
static struct comparison_row rows[ENTRIES];
static int row_of[ENTRIES];
static struct comparison comparison;
static struct comparison_table table;
static const struct comparison_data data = { &comparison, results, &table };

static void set_axis(struct comparison_axis *axis, const char *key, const char *first, const char *second)
{
    text_copy(axis->key, sizeof axis->key, key);
    text_copy(axis->values[0], sizeof axis->values[0], first);
    text_copy(axis->values[1], sizeof axis->values[1], second);
    axis->count = 2;
}

/* Two axes of two values each: four runs. The n-th reaches 0.5 + n / 8 + epoch / 64 after 10 s an epoch. */
static void set_runs(const char *folder)
{
    comparison = (struct comparison){ .n_axes = 2, .count = ENTRIES, .entries = entries };
    table = (struct comparison_table){ .rows = rows, .row_of = row_of, .verdict = "cpu is 2 times as fast" };
    text_copy(comparison.folder, sizeof comparison.folder, folder);
    recipe_preset(&comparison.recipe);
    for (int i = 0; i < ENTRIES; i++) {
        entries[i] = (struct comparison_entry){ .at = { i / 2, i % 2 } };
        for (int k = 0; k < EPOCHS; k++)
            valid[i][k] = (struct point){ .position = k + 1, .accuracy = (float)(0.5 + i / 8.0 + k / 64.0),
                                          .loss = 1, .seconds = 10 * (k + 1) };
        results[i] = (struct comparison_result){ .there = true, .epochs = EPOCHS,
                                                 .curves = { .n_epochs = EPOCHS, .valid = valid[i] } };
    }
}

static void set_row(int row, const char *label, int first, int count, double seconds)
{
    rows[row] = (struct comparison_row){
        .first = first,
        .count = count,
        .epochs = EPOCHS,
        .epoch_seconds = { 3, seconds, seconds * 0.8, seconds * 1.25 },
        .images_per_second = { 3, 1000 / seconds, 800 / seconds, 1250 / seconds },
        .speedup = 20 / seconds,
        .best_accuracy = { count, 0.52 + first / 10.0, 0.52 + first / 10.0, 0.52 + first / 10.0 },
        .seconds_to_common = { 0, -1, -1, -1 },
    };
    text_copy(rows[row].label, sizeof rows[row].label, label);
    table.count = row + 1;
}

/* Each of two devices with two seeds. */
static void set_devices(const char *folder)
{
    set_runs(folder);
    set_axis(&comparison.axes[0], COMPARISON_DEVICE_KEY, "cpu:1", "cpu");
    set_axis(&comparison.axes[1], COMPARISON_SEED_KEY, "1", "2");
    set_row(0, "cpu:1", 0, 2, 20);
    set_row(1, "cpu", 2, 2, 10);
    for (int i = 0; i < ENTRIES; i++) {
        row_of[i] = i / 2;
        results[i].summary.threads = i < 2 ? 1 : 2;
        text_copy(rows[i / 2].device, sizeof rows[i / 2].device, i < 2 ? "cpu:1" : "cpu");
    }
}

static void set_sweep(const char *folder)
{
    set_runs(folder);
    set_axis(&comparison.axes[0], "training.batch", "32", "128");
    set_axis(&comparison.axes[1], "optimiser.learning_rate", "0.1", "0.01");
    for (int i = 0; i < ENTRIES; i++) {
        row_of[i] = i;
        set_row(i, (const char *const[]){ "a", "b", "c", "d" }[i], i, 1, 20);
    }
}

static bool is_scaling(bool alone)
{
    const struct comparison_rows all = { rows, table.count, table.common_accuracy };

    return comparison_scaling_make(&all, results, alone, &table.scaling) &&
           comparison_figures[COMPARISON_SCALING]->has(&data) && comparison_figures[COMPARISON_EFFICIENCY]->has(&data);
}

static char *text_of(enum comparison_figure position, enum picture_format format)
{
    const struct picture_form form = { .width = CHART_WIDTH, .height = CHART_HEIGHT };
    struct figure figure;
    struct error e = { 0 };
    size_t size;

    assert_good(comparison_figure_make(position, &data, &figure, &e), e);
    char *text = picture_bytes(&figure.picture, format, &form, &size, &e);

    figure_free(&figure);
    if (!text)
        fail_msg("%s", e.text);
    return text;
}

static void expect(enum comparison_figure position, enum picture_format format, const char *part)
{
    char *text = text_of(position, format);

    if (!strstr(text, part))
        fail_msg("%s is not in %s", part, text);
    free(text);
}

static void test_seeds_are_a_line_with_a_band(void **state)
{
    set_devices(*state);
    expect(COMPARISON_ACCURACY_EPOCHS, PICTURE_CSV, "\ncpu:1,1,56.25,50,62.5\n");
    expect(COMPARISON_ACCURACY_TIME, PICTURE_CSV, "\ncpu,30,84.375,78.125,90.625\n");
    expect(COMPARISON_ACCURACY_TIME, PICTURE_SVG, "mean, least and greatest of 2 seeds");
    valid[0][1].loss = NAN; /* one of them diverged: the other is left */
    valid[1][1].loss = 3;
    expect(COMPARISON_LOSS_EPOCHS, PICTURE_CSV, "\ncpu:1,2,3,3,3\n");
    valid[1][1].loss = INFINITY;
    expect(COMPARISON_LOSS_EPOCHS, PICTURE_CSV, "\ncpu:1,2,,,\n");
    free(text_of(COMPARISON_LOSS_EPOCHS, PICTURE_PNG));
}

static void test_one_that_has_not_begun_has_no_curve(void **state)
{
    set_devices(*state);
    results[2].curves.valid = results[3].curves.valid = NULL;
    results[2].epochs = results[3].epochs = rows[1].epochs = 0;
    expect(COMPARISON_ACCURACY_EPOCHS, PICTURE_CSV, "\ncpu:1,3,");

    char *csv = text_of(COMPARISON_ACCURACY_EPOCHS, PICTURE_CSV);

    assert_null(strstr(csv, "\ncpu,"));
    free(csv);
}

static void test_bars_have_the_spread_of_the_epochs(void **state)
{
    set_devices(*state);
    expect(COMPARISON_SPEED_UP, PICTURE_SVG, ">2×  10 s an epoch</text>");
    expect(COMPARISON_SPEED_UP, PICTURE_CSV, "\ncpu,2,1.6,2.5\n");
    rows[1].speedup = -1; /* not measured yet */
    assert_false(comparison_figures[COMPARISON_SPEED_UP]->has(&data));
    free(text_of(COMPARISON_SPEED_UP, PICTURE_PNG));
}

static void test_scaling_is_of_threads_alone(void **state)
{
    set_devices(*state);
    rows[1].images_per_second = (struct comparison_spread){ 3, 80, 60, 90 };
    assert_true(is_scaling(true));
    expect(COMPARISON_SCALING, PICTURE_CSV, "\nperfect,2,100,100,100\n");
    expect(COMPARISON_SCALING, PICTURE_CSV, "\nmeasured,2,80,60,90\n");
    expect(COMPARISON_EFFICIENCY, PICTURE_CSV, "\nperfect,1,100,100,100\n");
    expect(COMPARISON_EFFICIENCY, PICTURE_CSV, "\nmeasured,2,80,60,90\n");
    results[2].summary.threads = 1; /* of two that are alike neither is the one to draw */
    assert_false(is_scaling(true));
    set_sweep(*state);
    assert_false(is_scaling(false));
}

static void test_two_keys_are_a_heat_map(void **state)
{
    set_devices(*state);
    assert_false(comparison_figures[COMPARISON_SWEEP]->has(&data));
    set_sweep(*state);
    assert_true(comparison_figures[COMPARISON_SWEEP]->has(&data));
    expect(COMPARISON_SWEEP, PICTURE_CSV, "batch by learning rate,0.1,0.01\n32,52,62\n128,72,82\n");
    rows[3].best_accuracy.count = 0; /* has not begun */
    expect(COMPARISON_SWEEP, PICTURE_CSV, "\n128,72,\n");
}

static void test_a_report_has_all_of_it(void **state)
{
    const struct comparison_choice all = { 0 };
    const struct export_wish usual = { .into = NULL };
    char page[PATH_SIZE];
    struct error e = { 0 };

    set_devices(*state);
    assert_true(is_scaling(true));
    assert_good(comparison_report(&data, &all, &usual, page, &e), e);
    assert_string_equal(path_name(page), "report.html");
    char *html = folder_text(*state, "report/report.html"), *markdown = folder_text(*state, "report/report.md");

    assert_non_null(strstr(html, "cpu is 2 times as fast"));
    assert_non_null(strstr(html, "src=\"data:image/svg+xml;base64,"));
    assert_null(strstr(html, "src=\"http"));
    assert_non_null(strstr(html, "cuvette compare recipe.ini --devices cpu:1,cpu --seeds 2"));
    assert_non_null(strstr(markdown, "](speed-up.svg)"));
    assert_null(strstr(html, "energy")); /* nothing is known of it */
    assert_true(path_is_file(folder_path(*state, "report/scaling.csv")));
    assert_true(path_is_file(folder_path(*state, "report/efficiency.svg")));
    assert_non_null(strstr(markdown, "## Scaling"));
    assert_true(path_is_file(folder_path(*state, "report/recipe.ini")));
    assert_false(path_is_file(folder_path(*state, "report/sweep.svg")));
    free(html);
    free(markdown);
}

static void test_its_command_can_be_given_to_a_shell(void **state)
{
    const struct comparison_choice all = { 0 };
    const struct export_wish usual = { .into = NULL };
    char page[PATH_SIZE];
    struct error e = { 0 };

    set_sweep(*state);
    set_axis(&comparison.axes[1], "data.dataset", "/my photos", "/other");
    assert_good(comparison_report(&data, &all, &usual, page, &e), e);
    char *markdown = folder_text(*state, "report/report.md");

    assert_non_null(strstr(markdown, " --vary training.batch=32,128 --vary 'data.dataset=/my photos,/other'\n"));
    free(markdown);
}

static void test_charts_are_chosen_by_name(void **state)
{
    struct comparison_choice choice;
    struct error e = { 0 };
    (void)state;

    assert_good(comparison_export_parse(&choice, "speed-up,sweep", &e), e);
    assert_true(choice.figures[COMPARISON_SPEED_UP] && choice.figures[COMPARISON_SWEEP]);
    assert_false(choice.figures[COMPARISON_SCALING]);
    assert_bad(comparison_export_parse(&choice, "loss", &e), e, "loss-time");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_seeds_are_a_line_with_a_band), TEST(test_one_that_has_not_begun_has_no_curve),
        TEST(test_seeds_are_a_line_with_a_band), TEST(test_bars_have_the_spread_of_the_epochs),
        TEST(test_scaling_is_of_threads_alone),  TEST(test_two_keys_are_a_heat_map),
        TEST(test_a_report_has_all_of_it),       TEST(test_charts_are_chosen_by_name),
        TEST(test_its_command_can_be_given_to_a_shell),       TEST(test_charts_are_chosen_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
