#include "tests/support/check.h"

#include "plot/chart.h"
#include "run/figures/export.h"
#include "tests/support/folder.h"
#include "tests/support/png.h"

static const char recipe[] = "[training]\nepochs = 5\n[layers]\nflatten =\ndense = units=10\n";

static const char half_a_run[] =
    "{\"kind\":\"run\",\"name\":\"lenet5\",\"dataset\":\"/data/mnist\",\"device_name\":\"A processor\",\"threads\":4,"
    "\"parameters\":61706,\"state\":\"running\",\"date\":\"2026-11-21 14:03\",\"version\":\"0.1.0\"}\n"
    "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n"
    "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":1.9,\"accuracy\":0.4}\n"
    "{\"kind\":\"epoch\",\"epoch\":1,\"loss\":2.1,\"accuracy\":0.25,\"valid_loss\":null,\"valid_accuracy\":null}\n"
    "{\"kind\":\"step\",\"step\":3,\"epo";

static const struct export_wish usual; /* as the screen's key has it */

static void test_a_run_that_goes_on_can_be_drawn(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl", half_a_run);
    assert_good(export_run(*state, &usual, &files, &e), e);
    for (int i = 0; i < files.count; i++)
        png_check(files.path[i], CHART_WIDTH, CHART_HEIGHT);
    assert_string_equal(path_name(files.path[FIGURE_ACCURACY]), "accuracy.png");
}

static void test_a_run_without_a_point_can_be_drawn(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl", "");
    assert_good(export_run(*state, &(struct export_wish){ .into = folder_path(*state, "figures") }, &files, &e), e);
    png_check(folder_path(*state, "figures/loss.png"), CHART_WIDTH, CHART_HEIGHT);
}

static void test_what_is_missing_or_damaged_is_told(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    assert_bad(export_run(*state, &usual, &files, &e), e, "recipe.ini");
    folder_put(*state, "recipe.ini", recipe);
    assert_bad(export_run(*state, &usual, &files, &e), e, "metrics.jsonl");
    folder_put(*state, "metrics.jsonl", "garbage\n");
    assert_bad(export_run(*state, &usual, &files, &e), e, "metrics.jsonl:1");
    folder_put(*state, "metrics.jsonl", half_a_run);
    folder_put(*state, "summary.json", "{");
    assert_bad(export_run(*state, &usual, &files, &e), e, "summary.json");
    folder_put(*state, "summary.json", "{\"state\":\"finished\"}");
    assert_bad(export_run(*state, &(struct export_wish){ .into = folder_path(*state, "recipe.ini/plots") }, &files, &e),
               e, "recipe.ini");
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(path_is_folder(folder_path(*state, "plots")));
}

/* A loss that is no number is a gap that the chart tells of; what is not there at all is said, too. */
static void test_a_run_that_went_wrong_is_drawn_honestly(void **state)
{
    struct export_wish wish = { .formats = { [PICTURE_SVG] = true },
                                .figures = { [FIGURE_LOSS] = true, [FIGURE_LAYER_TIME] = true } };
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl",
               "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n"
               "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":null,\"accuracy\":0.1}\n"
               "{\"kind\":\"step\",\"step\":3,\"epoch\":1.5,\"loss\":1e999,\"accuracy\":0.1}\n");
    assert_bad(export_run(*state, &wish, &files, &e), e, "metrics.jsonl:3"); /* no number of JSON's */
    folder_put(*state, "metrics.jsonl",
               "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n"
               "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":null,\"accuracy\":0.1}\n");
    for (int logarithmic = 0; logarithmic < 2; logarithmic++) {
        wish.curves.logarithmic = logarithmic;
        assert_good(export_run(*state, &wish, &files, &e), e);
        char *svg = folder_text(*state, "plots/loss.svg");

        assert_non_null(strstr(svg, ">1 of 2 values are not finite, the first at epoch 1</text>"));
        free(svg);
    }
    char *svg = folder_text(*state, "plots/layer-time.svg");

    assert_non_null(strstr(svg, "the time of its layers was not measured"));
    free(svg);
    assert_int_equal(folder_entries(folder_path(*state, "plots")), 2);
}

/* What is unknown of a device is left out: no line at 0. */
static void test_the_load_of_the_device_is_drawn_over_time(void **state)
{
    struct export_wish wish = { .formats = { [PICTURE_SVG] = true, [PICTURE_CSV] = true },
                                .figures = { [FIGURE_DEVICE_LOAD] = true } };
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl",
               "{\"kind\":\"load\",\"seconds\":2,\"epoch\":0.5,\"cpu_load\":0.75,\"memory_bytes\":1073741824,"
               "\"memory_limit_bytes\":4294967296,\"gpu_load\":null,\"gpu_memory_bytes\":null,"
               "\"gpu_memory_total_bytes\":null}\n"
               "{\"kind\":\"load\",\"seconds\":4,\"epoch\":1,\"cpu_load\":0.5}\n");
    assert_good(export_run(*state, &wish, &files, &e), e);
    char *svg = folder_text(*state, "plots/device-load.svg"), *csv = folder_text(*state, "plots/device-load.csv");

    assert_non_null(strstr(svg, ">memory (of 4.0 G)</text>"));
    assert_null(strstr(svg, "GPU"));
    assert_non_null(strstr(csv, "CPU,2,75,"));
    assert_non_null(strstr(csv, "memory (of 4.0 G),2,25,"));
    free(svg);
    free(csv);
}

static void test_the_load_of_several_gpus_is_called_their_mean(void **state)
{
    struct export_wish wish = { .formats = { [PICTURE_SVG] = true }, .figures = { [FIGURE_DEVICE_LOAD] = true } };
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl",
               "{\"kind\":\"run\",\"state\":\"running\",\"replicas\":4}\n"
               "{\"kind\":\"load\",\"seconds\":2,\"epoch\":0.5,\"gpu_load\":0.5,\"gpu_memory_bytes\":1073741824,"
               "\"gpu_memory_total_bytes\":4294967296}\n");
    assert_good(export_run(*state, &wish, &files, &e), e);
    char *svg = folder_text(*state, "plots/device-load.svg");

    assert_non_null(strstr(svg, ">GPU (mean of 4)</text>"));
    assert_non_null(strstr(svg, ">GPU memory (of 4.0 G)</text>"));
    free(svg);
}

static void test_several_runs_are_drawn_together(void **state)
{
    static struct run_data runs[2];
    const struct run_set set = { 2, runs };
    char into[PATH_SIZE];
    struct export_wish wish = { .into = folder_path(*state, "together"),
                                .formats = { [PICTURE_SVG] = true, [PICTURE_CSV] = true },
                                .curves = { .axis = AXIS_TIME } };
    struct export_files files;
    struct error e = { 0 };

    strcpy(into, wish.into);
    wish.into = into;
    for (int i = 0; i < 2; i++) {
        char folder[PATH_SIZE];

        strcpy(folder, folder_path(*state, i ? "0002-<b>" : "0001-a"));
        folder_put(folder, "recipe.ini", recipe);
        folder_put(folder, "metrics.jsonl", half_a_run);
        folder_put(folder, "layers.json", "[{\"layer\":\"dense\",\"forward\":0.001,\"backward\":0.002,\"update\":0}]");
        assert_good(run_data_read(&runs[i], folder, &e), e);
    }
    assert_good(export_figures(&set, &wish, &files, &e), e);
    char *svg = folder_text(wish.into, "loss.svg"), *csv = folder_text(wish.into, "layer-time.csv");

    assert_non_null(strstr(svg, ">0001-a</text>"));
    assert_non_null(strstr(svg, ">0002-&lt;b&gt;</text>"));
    assert_non_null(strstr(svg, ">2 runs on mnist</text>"));
    assert_string_equal(csv,
                        "time of a step (ms),forward,backward,update\n0001-a 1 dense,1,2,0\n0002-<b> 1 dense,1,2,0\n");
    free(svg);
    free(csv);
    for (int i = 0; i < 2; i++)
        run_data_free(&runs[i]);
}

static void test_times_of_layers_that_are_no_times_are_told(void **state)
{
    static const char *const wrong[] = { "", "{}", "[1]",
                                         "[{\"layer\":\"x\",\"forward\":-1,\"backward\":0,\"update\":0}]" };
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl", "");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        folder_put(*state, "layers.json", wrong[i]);
        assert_bad(export_run(*state, &usual, &files, &e), e, "layers.json");
    }
}

static void test_sizes_are_pixels_or_lengths(void **state)
{
    static const struct {
        const char *text;
        double dpi;
        int width, height;
    } cases[] = { { "1600x1000", 0, 1600, 1000 },
                  { "4x3in", 300, 1200, 900 },
                  { "10x5cm", 254, 1000, 500 },
                  { "100x50mm", 254, 1000, 500 },
                  { "8x5in", 0, 1600, 1000 } };
    static const char *const wrong[] = { "", "x", "5", "800x", "800x500km", "-800x500", "nanx500", "1e9x1e9", "10x10" };
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct export_wish wish = { .form = { .dpi = cases[i].dpi } };

        assert_good(export_parse_size(&wish, cases[i].text, &e), e);
        assert_int_equal(wish.form.width, cases[i].width);
        assert_int_equal(wish.form.height, cases[i].height);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct export_wish wish = { .into = NULL };

        assert_bad(export_parse_size(&wish, wrong[i], &e), e, "a size is like");
    }
}

static atomic_bool stopped;

/* Somebody gives up while it is drawn. */
static bool draw_and_stop(const void *what, cairo_t *cairo, const struct picture_form *form, struct error *e)
{
    (void)what, (void)form, (void)e;
    cairo_paint(cairo);
    stopped = true;
    return true;
}

static void test_nothing_is_written_that_is_no_longer_wanted(void **state)
{
    const struct export_wish wish = { .stopped = &stopped };
    const struct picture picture = { .draw = draw_and_stop };
    struct export_files files = { .count = 0 };
    struct error e = { 0 };

    stopped = false;
    assert_bad(export_picture(&picture, "drawn", &wish, *state, &files, &e), e, "no longer wanted");
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(folder_entries(*state), 0);
    stopped = false;
    assert_good(export_picture(&(struct picture){ .draw = draw_and_stop }, "drawn",
                               &(struct export_wish){ .into = NULL }, *state, &files, &e), e);
    assert_int_equal(folder_entries(*state), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_that_goes_on_can_be_drawn),    TEST(test_a_run_without_a_point_can_be_drawn),
        TEST(test_what_is_missing_or_damaged_is_told), TEST(test_a_run_that_went_wrong_is_drawn_honestly),
        TEST(test_several_runs_are_drawn_together),    TEST(test_times_of_layers_that_are_no_times_are_told),
        TEST(test_sizes_are_pixels_or_lengths),        TEST(test_the_load_of_the_device_is_drawn_over_time),
        TEST(test_nothing_is_written_that_is_no_longer_wanted),
        TEST(test_the_load_of_several_gpus_is_called_their_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
