#include "tests/support/check.h"

#include <math.h>

#include "run/health_words.h"

static struct recipe recipe_of(const char *const *classes)
{
    struct recipe r;

    recipe_preset(&r);
    for (; *classes; classes++)
        r.layers[r.n_layers++] = layer_new(layer_class_find(*classes));
    r.optimiser.learning_rate = 0.01;
    return r;
}

static const char *const plain[] = { "conv2d", "conv2d", "dense", NULL };

static struct health well(void)
{
    return (struct health){ .step = 5, .images = 32, .learning_rate = 0.01, .n_layers = 3,
                            .layers = { { 0.5f, 1, 1e-3f, 0 }, { 0.2f, 1, 1e-3f, 0.1f }, { 1, 1, 1e-3f, NAN } } };
}

static void assert_sentence(const struct health *h, enum health_fault expected, const char *words)
{
    const struct recipe recipe = recipe_of(plain);
    char text[240];

    assert_int_equal(health_words_network(h, &recipe, text, sizeof text), expected);
    if (!strstr(text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, text);
}

static void test_a_network_that_is_well(void **state)
{
    const struct health h = well(), none = { .step = 0 };
    (void)state;

    assert_sentence(&h, HEALTH_FINE, "well: gradients are 0.2 to 1 of the last layer's");
    assert_false(health_words_grave(&h));
    assert_sentence(&none, HEALTH_UNKNOWN, "no step was looked at yet");
}

static void test_each_fault_has_its_sentence(void **state)
{
    struct health h = well();
    (void)state;

    h.layers[0].update = 2e-7f;
    assert_sentence(&h, HEALTH_SMALL, "layer 1 (conv2d): a step changes the weights by 2e-07 of their size");
    h.layers[1].update = 0.3f;
    assert_sentence(&h, HEALTH_LARGE, "layer 2 (conv2d): a step changes the weights by 0.3 of their size");
    h.layers[1].dead = 0.75f;
    assert_sentence(&h, HEALTH_DEAD, "75 % of its ReLUs are 0 for all 32 images: dead");
    h.layers[0].gradient = 3e5f;
    assert_sentence(&h, HEALTH_EXPLODES, "layer 1 (conv2d): gradient 3e+05 times the last layer's: it explodes");
    h.layers[0].gradient = 3e-5f;
    h.layers[1].gradient = 2e-5f;
    assert_sentence(&h, HEALTH_VANISHES, "layer 2 (conv2d) and 1 other: gradient 2e-05 of the last layer's: it "
                                         "vanishes; try residual or batch_norm layers");
    assert_false(health_words_grave(&h));
    h.layers[0].gradient = 0;
    assert_true(health_words_grave(&h));
    h.layers[2].weight = INFINITY;
    assert_sentence(&h, HEALTH_BROKEN, "layer 3 (dense): its gradient or its weights are not finite");
}

static void test_advice_leaves_out_what_is_there(void **state)
{
    static const char *const normed[] = { "conv2d", "batch_norm", "dense", NULL };
    static const char *const residual[] = { "residual", "conv2d", "dense", NULL };
    const struct recipe a = recipe_of(normed), b = recipe_of(residual);
    struct health h = well();
    char text[240];
    (void)state;

    h.layers[0].gradient = 1e-6f;
    health_words_network(&h, &a, text, sizeof text);
    assert_non_null(strstr(text, "try residual layers"));
    health_words_network(&h, &b, text, sizeof text);
    assert_null(strstr(text, "try residual"));
}

/* At the end of a schedule steps are small since that was asked for. */
static void test_small_steps_of_a_small_rate_are_no_fault(void **state)
{
    struct health h = well();
    (void)state;

    for (int i = 0; i < h.n_layers; i++)
        h.layers[i].update = 1e-7f;
    h.learning_rate = 1e-6;
    assert_sentence(&h, HEALTH_FINE, "well");
    assert_int_equal(health_words_layer(&h, 0), HEALTH_SMALL);
}

static void test_what_is_unknown_is_no_fault(void **state)
{
    struct health h = well();
    (void)state;

    h.layers[0] = layer_health_unknown;
    assert_int_equal(health_words_layer(&h, 0), HEALTH_UNKNOWN);
    for (int i = 0; i < h.n_layers; i++)
        h.layers[i].gradient = 0; /* all is learned: nothing to compare with */
    assert_true(isnan(health_words_relative(&h, 1)));
    assert_int_equal(health_words_layer(&h, 1), HEALTH_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_network_that_is_well),
        cmocka_unit_test(test_each_fault_has_its_sentence),
        cmocka_unit_test(test_advice_leaves_out_what_is_there),
        cmocka_unit_test(test_small_steps_of_a_small_rate_are_no_fault),
        cmocka_unit_test(test_what_is_unknown_is_no_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
