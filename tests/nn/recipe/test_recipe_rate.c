/* Learning rates for other batches than they were meant for. */
#include "tests/support/check.h"

#include <math.h>

#include "nn/recipe/recipe_rate.h"

static struct recipe recipe_of(enum recipe_scale scale, int base, int batch)
{
    struct recipe r;

    recipe_preset(&r);
    r.training.scale = scale;
    r.training.base_batch = base;
    r.training.batch = batch;
    r.optimiser.learning_rate = 0.1;
    return r;
}

static void a_rate_goes_with_the_batch_or_its_root(void **state)
{
    static const struct {
        enum recipe_scale scale;
        int base, batch;
        double peak;
    } cases[] = {
        { SCALE_NONE, 0, 512, 0.1 },      { SCALE_NONE, 128, 512, 0.1 },  { SCALE_LINEAR, 0, 512, 0.1 },
        { SCALE_LINEAR, 128, 512, 0.4 },  { SCALE_LINEAR, 512, 128, 0.025 }, { SCALE_SQRT, 128, 512, 0.2 },
        { SCALE_SQRT, 512, 128, 0.05 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recipe r = recipe_of(cases[i].scale, cases[i].base, cases[i].batch);

        assert_true(fabs(recipe_rate_peak(&r) - cases[i].peak) < 1e-12);
        assert_true(fabs(recipe_rate(&r, 0) - cases[i].peak) < 1e-12); /* what a step has */
        r.training.accumulate = 4; /* the batch is the whole one */
        assert_true(fabs(recipe_rate_peak(&r) - cases[i].peak) < 1e-12);
    }
}

static void it_is_said_where_it_is_done(void **state)
{
    struct recipe r = recipe_of(SCALE_LINEAR, 128, 512);
    char words[128], summary[64];
    (void)state;

    recipe_rate_words(&r, words, sizeof words);
    assert_string_equal(words, "learning rate 0.4: 0.1 times 4, linear from a batch of 128 to 512");
    r.optimiser.kind = OPTIMISER_SGD;
    optimiser_summary(&r.optimiser, recipe_rate_factor(&r), summary, sizeof summary);
    assert_ptr_equal(strstr(summary, "sgd 0.1 ×4"), summary);
    r.training.batch = 128;
    recipe_rate_words(&r, words, sizeof words);
    assert_string_equal(words, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_goes_with_the_batch_or_its_root),
        cmocka_unit_test(it_is_said_where_it_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
