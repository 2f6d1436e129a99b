#include "tests/support/check.h"

#include <stdio.h>

#include "nn/recipe/recipe_differences.h"
#include "nn/recipe/recipe_file.h"

static char told[1024];

static void tell(void *context, const struct recipe_difference *d)
{
    const int *count = context;

    strcat(told, d->name);
    for (int i = 0; i < *count; i++) {
        strcat(told, i ? " | " : ": ");
        strcat(told, d->values[i][0] ? d->values[i] : "-");
    }
    strcat(told, "\n");
}

static int compare(const char *const *texts, int count)
{
    static struct recipe recipes[RECIPE_DIFFERENCES_MOST];
    const struct recipe *all[RECIPE_DIFFERENCES_MOST];
    struct error e;

    told[0] = '\0';
    for (int i = 0; i < count; i++) {
        assert_good(recipe_parse(&recipes[i], texts[i], "a test", &e), e);
        all[i] = &recipes[i];
    }
    return recipe_differences(all, count, tell, &count);
}

#define THREE_LAYERS "[layers]\nflatten =\ndense = units=64 activation=relu\ndense = units=10\n"

static void test_values_that_differ_anywhere_are_rows(void **state)
{
    (void)state;
    const char *const texts[] = { "[training]\nbatch = 32\nepochs = 4\n" THREE_LAYERS,
                                  "[training]\nbatch = 32\nepochs = 8\n" THREE_LAYERS,
                                  "[training]\nbatch = 32\nepochs = 4\n"
                                  "[optimiser]\nlearning_rate = 0.5\n" THREE_LAYERS };

    assert_int_equal(compare(texts, 3), 2);
    assert_string_equal(told, "training epochs: 4 | 8 | 4\noptimiser learning_rate: 0.001 | 0.001 | 0.5\n");
    assert_int_equal(compare(texts, 1), 0);
}

static void test_layers_are_compared_between_those_that_all_have(void **state)
{
    (void)state;
    const char *const texts[] = {
        THREE_LAYERS,
        "[layers]\nflatten =\ndense = units=32 activation=relu\ndropout = rate=0.25\ndense = units=10\n",
        "[layers]\nflatten =\ndense = units=10\n",
    };

    assert_int_equal(compare(texts, 3), 2);
    assert_string_equal(told, "layer 2: dense units=64 activation=relu | dense units=32 activation=relu | -\n"
                              "layer 3: - | dropout rate=0.25 | -\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_that_differ_anywhere_are_rows),
        cmocka_unit_test(test_layers_are_compared_between_those_that_all_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
