/* What a chart says of its run. */
#include "tests/support/check.h"

#include <string.h>

#include "nn/recipe/recipe_file.h"
#include "plot/chart.h"
#include "run/figures/figure.h"

static void describe(int threads, int replicas, struct chart_texts *out)
{
    struct run_data run = { .summary = { .name = "lenet5", .device_name = "A processor", .threads = threads,
                                         .replicas = replicas } };
    struct error e = { 0 };

    assert_good(recipe_parse(&run.recipe, "[training]\nbatch = 100\n[layers]\nflatten =\ndense = units=10\n",
                             "recipe.ini", &e), e);
    *out = (struct chart_texts){ .title = "" };
    figure_describe(&(struct run_set){ .count = 1, .runs = &run }, out);
}

static void test_replicas_are_told_with_what_each_has(void **state)
{
    struct chart_texts texts;
    (void)state;

    describe(4, 1, &texts);
    assert_non_null(strstr(texts.subtitle, "A processor, 4 threads · batch 100"));
    describe(4, 2, &texts);
    assert_non_null(strstr(texts.subtitle, "A processor, 2 replicas of 2 threads, 50 images each · batch 100"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replicas_are_told_with_what_each_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
