/* What is found out about a step, compared with the reference in doubles and with what the weights say themselves. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "cpu/cpu_backend.h"
#include "tests/reference/reference.h"
#include "tests/support/lesson.h"
#include "tests/support/toy_data.h"

enum { IMAGES = 120, BATCH = 24 };

/* A ReLU that is fused, one behind a pool that is fused as well, one behind batch norm, one in front of a dropout. */
static const struct lesson_layer layers[] = { { "conv2d", "filters=9 kernel=3 activation=relu" },
                                              { "maxpool2d", "" },
                                              { "conv2d", "filters=12 kernel=3" },
                                              { "batch_norm", "" },
                                              { "activation", "function=relu" },
                                              { "residual", "filters=12" },
                                              { "flatten", "" },
                                              { "dense", "units=33 activation=relu" },
                                              { "dropout", "rate=0.3" },
                                              { "dense", "units=20 activation=tanh" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };
enum { CONVOLUTION, POOL, LINEAR, NORM, RELU, RESIDUAL, FLATTEN, HIDDEN, DROPOUT, TANH, LAST, LAYERS };

static struct recipe recipe_of(double rate)
{
    struct recipe r = lesson_recipe(layers);

    r.training.batch = BATCH;
    r.optimiser.kind = OPTIMISER_SGD;
    r.optimiser.learning_rate = rate;
    r.optimiser.momentum = 0;
    return r;
}

static struct health look(const struct backend_class *class, const struct recipe *recipe, int steps)
{
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    struct health h = { 0 };
    struct error e = { 0 };

    assert_good(lesson_look(class, recipe, source, steps, &h, NULL, NULL, &e), e);
    source_close(source);
    return h;
}

static void assert_close(int layer, const char *what, float expected, float got)
{
    if (isnan(expected) != isnan(got) || fabsf(expected - got) > 2e-3f * fabsf(expected))
        fail_msg("layer %d: %s is %g, not %g", layer + 1, what, (double)got, (double)expected);
}

static void assert_same_health(const struct health *expected, const struct health *got)
{
    assert_int_equal(got->n_layers, expected->n_layers);
    for (int i = 0; i < got->n_layers; i++) {
        const struct layer_health *a = &expected->layers[i], *b = &got->layers[i];

        assert_close(i, "the gradient", a->gradient, b->gradient);
        assert_close(i, "the weight", a->weight, b->weight);
        assert_close(i, "the update", a->update, b->update);
        assert_close(i, "the share of dead ReLUs", a->dead, b->dead);
    }
}

static void it_is_what_the_reference_finds(void **state)
{
    const struct recipe gentle = recipe_of(0.05), wild = recipe_of(20);
    (void)state;

    for (int steps = 1; steps <= 3; steps++) {
        struct health expected = look(&reference_double_backend_class, &gentle, steps);
        struct health got = look(&cpu_backend_class, &gentle, steps);

        assert_same_health(&expected, &got);
    }

    struct health before = look(&cpu_backend_class, &wild, 1), after = look(&cpu_backend_class, &wild, 2);

    assert_true(before.layers[HIDDEN].dead < 0.5f);
    assert_true(after.layers[HIDDEN].dead > 0.5f); /* such a step kills them */
}

static void what_is_not_there_is_not_a_number(void **state)
{
    const struct recipe recipe = recipe_of(0.05);
    struct health h = look(&cpu_backend_class, &recipe, 1);
    (void)state;

    assert_int_equal(h.n_layers, LAYERS);
    for (int i = 0; i < LAYERS; i++) {
        bool trained = i != POOL && i != RELU && i != FLATTEN && i != DROPOUT;
        bool rectified = i == CONVOLUTION || i == RELU || i == RESIDUAL || i == HIDDEN;

        assert_int_equal(!isnan(h.layers[i].gradient), trained);
        assert_int_equal(!isnan(h.layers[i].weight), trained);
        assert_int_equal(!isnan(h.layers[i].update), trained);
        assert_int_equal(!isnan(h.layers[i].dead), rectified);
    }
    assert_int_equal(health_last(&h), LAST);
}

/* Plain descent moves the weights by the rate times the gradient. */
static void an_update_is_what_the_optimiser_does(void **state)
{
    const float rate = 0.05f;
    const struct recipe recipe = recipe_of((double)rate);
    struct health h = look(&cpu_backend_class, &recipe, 2);
    (void)state;

    for (int i = 0; i < h.n_layers; i++)
        if (!isnan(h.layers[i].update))
            assert_close(i, "the update", rate * h.layers[i].gradient, h.layers[i].update);
}

static void a_look_changes_nothing(void **state)
{
    struct recipe recipe = recipe_of(0.05);
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    float *with, *without;
    size_t bytes;
    struct health h;
    struct error e = { 0 };
    (void)state;

    recipe.optimiser.kind = OPTIMISER_ADAM;
    recipe.training.clip = 0.1;
    assert_good(lesson_look(&cpu_backend_class, &recipe, source, 3, &h, &with, &bytes, &e), e);
    assert_good(lesson_look(&cpu_backend_class, &recipe, source, 3, NULL, &without, &bytes, &e), e);
    assert_memory_equal(with, without, bytes);
    free(with);
    free(without);
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_what_the_reference_finds),
        cmocka_unit_test(what_is_not_there_is_not_a_number),
        cmocka_unit_test(an_update_is_what_the_optimiser_does),
        cmocka_unit_test(a_look_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
