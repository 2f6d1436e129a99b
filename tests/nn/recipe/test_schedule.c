#include "tests/support/check.h"

#include <math.h>

#include "nn/recipe/recipe_file.h"
#include "nn/recipe/recipe_rate.h"

static struct recipe recipe_with(const char *schedule, const char *warmup)
{
    static struct recipe r;
    struct error e = { 0 };
    char text[64];

    recipe_preset(&r);
    r.optimiser.learning_rate = 0.1;
    r.training.epochs = 10;
    snprintf(text, sizeof text, "schedule.kind=%s", schedule);
    assert_good(recipe_set(&r, text, &e), e);
    snprintf(text, sizeof text, "schedule.warmup=%s", warmup);
    assert_good(recipe_set(&r, text, &e), e);
    return r;
}

static void assert_rate(const struct recipe *r, double position, double rate)
{
    if (fabs(recipe_rate(r, position) - rate) > 1e-9)
        fail_msg("at epoch %g the rate is %.9g, not %.9g", position, recipe_rate(r, position), rate);
}

static void constant_stays_after_the_warmup(void **state)
{
    struct recipe r = recipe_with("constant", "2");
    (void)state;

    assert_rate(&r, 0, 0);
    assert_rate(&r, 1, 0.05);
    assert_rate(&r, 2, 0.1);
    assert_rate(&r, 10, 0.1);
}

static void step_falls_by_its_factor(void **state)
{
    struct recipe r = recipe_with("step", "0");
    (void)state;

    r.schedule.step_epochs = 3;
    r.schedule.step_factor = 0.5;
    assert_rate(&r, 2.99, 0.1);
    assert_rate(&r, 3, 0.05);
    assert_rate(&r, 9.5, 0.0125);
}

static void cosine_ends_at_its_last_rate(void **state)
{
    struct recipe r = recipe_with("cosine", "2");
    (void)state;

    r.schedule.final = 0.1;
    assert_rate(&r, 2, 0.1);
    assert_rate(&r, 6, 0.055);
    assert_rate(&r, 10, 0.01);
}

static void one_cycle_rises_and_falls(void **state)
{
    struct recipe r = recipe_with("one_cycle", "0");
    (void)state;

    assert_rate(&r, 0, 0.004);
    assert_rate(&r, 3, 0.1);
    assert_rate(&r, 10, 0);
    assert_true(recipe_rate(&r, 1.5) > 0.004 && recipe_rate(&r, 1.5) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_stays_after_the_warmup),
        cmocka_unit_test(step_falls_by_its_factor),
        cmocka_unit_test(cosine_ends_at_its_last_rate),
        cmocka_unit_test(one_cycle_rises_and_falls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
