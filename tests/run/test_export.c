#include "tests/support/check.h"

#include <cairo.h>

#include "plot/chart.h"
#include "run/export.h"
#include "tests/support/folder.h"

static const char recipe[] = "[training]\nepochs = 5\n[layers]\nflatten =\ndense = units=10\n";

static const char half_a_run[] =
    "{\"kind\":\"run\",\"name\":\"lenet5\",\"dataset\":\"/data/mnist\",\"device_name\":\"A processor\",\"threads\":4,"
    "\"parameters\":61706,\"state\":\"running\",\"date\":\"2026-11-21 14:03\",\"version\":\"0.1.0\"}\n"
    "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n"
    "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":1.9,\"accuracy\":0.4}\n"
    "{\"kind\":\"epoch\",\"epoch\":1,\"loss\":2.1,\"accuracy\":0.25,\"valid_loss\":null,\"valid_accuracy\":null}\n"
    "{\"kind\":\"step\",\"step\":3,\"epo";

static void expect_picture(const char *path)
{
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);

    assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(s), CHART_WIDTH);
    assert_int_equal(cairo_image_surface_get_height(s), CHART_HEIGHT);
    cairo_surface_destroy(s);
}

static void test_a_run_that_goes_on_can_be_drawn(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl", half_a_run);
    assert_good(export_charts(*state, NULL, &files, &e), e);
    for (int i = 0; i < CHART_COUNT; i++)
        expect_picture(files.path[i]);
    assert_string_equal(path_name(files.path[CHART_ACCURACY]), "accuracy.png");
}

static void test_a_run_without_a_point_can_be_drawn(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    folder_put(*state, "metrics.jsonl", "");
    assert_good(export_charts(*state, folder_path(*state, "figures"), &files, &e), e);
    expect_picture(folder_path(*state, "figures/loss.png"));
}

static void test_what_is_missing_or_damaged_is_told(void **state)
{
    struct export_files files;
    struct error e = { 0 };

    assert_bad(export_charts(*state, NULL, &files, &e), e, "recipe.ini");
    folder_put(*state, "recipe.ini", recipe);
    assert_bad(export_charts(*state, NULL, &files, &e), e, "metrics.jsonl");
    folder_put(*state, "metrics.jsonl", "garbage\n");
    assert_bad(export_charts(*state, NULL, &files, &e), e, "metrics.jsonl:1");
    folder_put(*state, "metrics.jsonl", half_a_run);
    folder_put(*state, "summary.json", "{");
    assert_bad(export_charts(*state, NULL, &files, &e), e, "summary.json");
    folder_put(*state, "summary.json", "{\"state\":\"finished\"}");
    assert_bad(export_charts(*state, folder_path(*state, "recipe.ini/plots"), &files, &e), e, "recipe.ini");
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(path_is_folder(folder_path(*state, "plots")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_that_goes_on_can_be_drawn),
        TEST(test_a_run_without_a_point_can_be_drawn),
        TEST(test_what_is_missing_or_damaged_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
