/* Trainings of which a part is frozen, or learns more slowly. */
#include "tests/support/check.h"

#include <math.h>

#include "cpu/cpu_backend.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/trainer.h"
#include "tests/support/lesson.h"
#include "tests/support/toy_data.h"
#include "tests/support/trained.h"

enum { FROZEN = 4, HEAD = 5, IMAGES = 100, BATCH = 24 };

static const struct lesson_layer layers[] = { { "conv2d", "filters=4 activation=relu" },
                                              { "batch_norm", "" },
                                              { "residual", "filters=6 stride=2" },
                                              { "dropout", "rate=0.5" },
                                              { "global_avgpool", "" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };

static struct recipe recipe_of(void)
{
    struct recipe r = lesson_recipe(layers);

    r.training.batch = BATCH;
    r.training.epochs = 2;
    r.optimiser.kind = OPTIMISER_SGD;
    r.optimiser.learning_rate = 0.1;
    return r;
}

/* The weights that a recipe's seed draws. */
static void draw(const struct recipe *r, struct plan **plan, float **parameters, float **statistics)
{
    struct error e = { 0 };

    *plan = compile_recipe(r, shape_image(TOY_SIZE, TOY_SIZE, 1), TOY_CLASSES, true, &e);
    assert_good(*plan != NULL, e);
    *parameters = calloc(1, (*plan)->arena_bytes[ARENA_PARAMETERS]);
    *statistics = calloc(1, (*plan)->arena_bytes[ARENA_STATISTICS]);
    plan_initialise(*plan, (uint64_t)r->training.seed, *parameters, *statistics);
}

/* Bit for bit: batch norm's moving mean and variance, too. */
static void frozen_layers_stay_as_they_are(void **state)
{
    struct recipe r = recipe_of();
    struct source *source = toy_data(IMAGES, IMAGES, true);
    struct plan *plan;
    float *parameters, *statistics;
    (void)state;

    r.training.freeze = FROZEN;
    draw(&r, &plan, &parameters, &statistics);
    struct trainer *t = trained(&r, &cpu_backend_class, source);
    const struct trainer_weights *now = trainer_weights(t);

    assert_non_null(now);
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];
        const bool trained = p->arena == ARENA_PARAMETERS;
        const size_t at = p->offset / sizeof(float);

        if (p->whole || p->layer < 0 || !(trained || p->arena == ARENA_STATISTICS))
            continue;
        bool same = memcmp((trained ? parameters : statistics) + at, (trained ? now->parameters : now->statistics) + at,
                           p->bytes) == 0;
        assert_int_equal(same, p->layer < FROZEN);
    }
    trainer_close(t);
    source_close(source);
    plan_free(plan);
    free(parameters);
    free(statistics);
}

static float *after_one_step(const struct recipe *r, struct source *source, size_t *bytes)
{
    float *parameters;
    struct error e = { 0 };

    assert_good(lesson_look(&cpu_backend_class, r, source, 1, NULL, &parameters, bytes, &e), e);
    return parameters;
}

/* The first step of plain SGD is the rate times the same gradient. */
static void a_lower_rate_is_that_part_of_a_step(void **state)
{
    struct recipe r = recipe_of();
    struct source *source = toy_data(IMAGES, IMAGES, true);
    struct plan *plan;
    float *before, *statistics;
    size_t bytes;
    double moved = 0;
    (void)state;

    strcpy(r.training.weights, "other.h5");
    r.training.head = HEAD_NEW;
    draw(&r, &plan, &before, &statistics);
    float *full = after_one_step(&r, source, &bytes);
    r.training.lower_rate = 0.25;
    float *lower = after_one_step(&r, source, &bytes);

    assert_int_equal(bytes, plan->arena_bytes[ARENA_PARAMETERS]);
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];

        for (size_t i = 0; p->arena == ARENA_PARAMETERS && !p->whole && i < plan_value_count(p); i++) {
            size_t at = p->offset / sizeof(float) + i;
            double whole = (double)full[at] - (double)before[at], part = (double)lower[at] - (double)before[at];

            assert_true(fabs(part - whole * (p->layer < HEAD ? 0.25 : 1)) < 1e-6);
            moved += fabs(whole);
        }
    }
    assert_true(moved > 1e-3);
    source_close(source);
    plan_free(plan);
    free(before);
    free(statistics);
    free(full);
    free(lower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frozen_layers_stay_as_they_are),
        cmocka_unit_test(a_lower_rate_is_that_part_of_a_step),
    };

    return cmocka_run_group_tests_name("finetuned training", tests, NULL, NULL);
}
