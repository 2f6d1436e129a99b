#include "tests/support/check.h"

#include "nn/recipe/recipe_changes.h"
#include "nn/recipe/recipe_file.h"

static struct recipe before, after;
static char words[256];

static int load(void **state)
{
    struct error e = { 0 };
    (void)state;

    if (!recipe_load(&before, "mnist-cnn", &e))
        return -1;
    after = before;
    return 0;
}

static void assert_told(int count, const char *expected)
{
    assert_int_equal(recipe_changes(&before, &after, words, sizeof words), count);
    assert_string_equal(words, expected);
    assert_int_equal(recipe_changes(&before, &after, NULL, 0), count);
}

static void the_same_recipe_has_no_change(void **state)
{
    (void)state;
    /* What stands behind the end of a text is no part of it. */
    strcpy(after.data.dataset, "a longer name");
    strcpy(after.data.dataset, before.data.dataset);
    assert_told(0, "");
}

static void values_are_told_with_their_owner(void **state)
{
    struct error e = { 0 };
    (void)state;

    after.training.batch = 64;
    assert_told(1, "training batch 128 → 64");
    strcpy(after.data.dataset, "/far/away/colour.h5");
    assert_told(2, "data dataset digits → colour.h5, training batch 128 → 64");

    after = before;
    assert_good(layer_parse(&after.layers[0], "filters=7 kernel=5", &e), e);
    assert_told(2, "conv2d filters 32 → 7, conv2d kernel 3 → 5");
}

static void many_changes_are_counted(void **state)
{
    (void)state;
    after.training.batch = 1;
    after.training.epochs = 1;
    after.training.seed = 99;
    after.training.patience = 9;
    after.data.flip = true;
    assert_told(5, "data flip no → yes, training epochs 10 → 1, training batch 128 → 1 and 2 more");
}

static void layers_are_told_by_what_became_of_them(void **state)
{
    struct layer dropout = layer_new(&layer_dropout), first = before.layers[0];
    char expected[128], summary[64];
    (void)state;

    layer_summary(&dropout, true, summary, sizeof summary);
    snprintf(expected, sizeof expected, "%s added", summary);
    recipe_insert_layer(&after, 2, &dropout);
    assert_told(1, expected);

    layer_summary(&first, true, summary, sizeof summary);
    snprintf(expected, sizeof expected, "%s removed", summary);
    after = before;
    recipe_remove_layer(&after, 0);
    assert_told(1, expected);

    snprintf(expected, sizeof expected, "%s moved down", summary);
    after = before;
    recipe_move_layer(&after, 0, 3);
    assert_told(1, expected);

    snprintf(expected, sizeof expected, "%s moved up", summary);
    after = before;
    recipe_move_layer(&before, 0, 3);
    assert_told(1, expected);

    after = before;
    after.n_layers = 0;
    snprintf(expected, sizeof expected, "0 layers for %d", before.n_layers);
    assert_told(1, expected);
}

static void another_recipe_is_one_change(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_load(&after, "lenet5", &e), e);
    assert_told(1, "recipe mnist-cnn → lenet5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_recipe_has_no_change, load),
        cmocka_unit_test_setup(values_are_told_with_their_owner, load),
        cmocka_unit_test_setup(many_changes_are_counted, load),
        cmocka_unit_test_setup(layers_are_told_by_what_became_of_them, load),
        cmocka_unit_test_setup(another_recipe_is_one_change, load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
