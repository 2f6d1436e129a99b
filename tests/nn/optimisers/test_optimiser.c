/* What each optimiser of a recipe becomes in a plan, and the first steps that Keras's of the same name take. */
#include "tests/support/check.h"

#include <math.h>

#include "nn/optimisers/optimiser.h"
#include "nn/plan/backend.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "tests/reference/reference.h"

static struct plan *plan_with(const char *const *settings)
{
    struct recipe r;
    struct error e;

    assert_good(recipe_parse(&r, "[layers]\nflatten =\ndense = units=2 bias=no\n", "test.ini", &e), e);
    for (; *settings; settings++)
        assert_good(recipe_set(&r, *settings, &e), e);

    struct plan *plan = compile_recipe(&r, shape_image(1, 1, 1), 2, true, &e);

    assert_good(plan != NULL, e);
    return plan;
}

#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct op *last_update(const struct plan *plan)
{
    return &plan->ops[plan->spans[SPAN_UPDATE].end - 1];
}

static void assert_update(const char *const *settings, enum op_kind kind, int states, const char *first_state)
{
    struct plan *plan = plan_with(settings);
    const struct op *op = last_update(plan);
    int kept = 0;

    assert_string_equal(op_name(op->kind), op_name(kind));
    for (int i = 2; i < OP_INPUTS; i++)
        if (op->in[i] != VALUE_NONE) {
            assert_int_equal(plan->values[op->in[i]].arena, ARENA_OPTIMISER);
            kept++;
        }
    assert_int_equal(kept, states);
    if (first_state)
        assert_string_equal(plan->values[op->in[2]].name, first_state);
    plan_free(plan);
}

static void each_keeps_the_state_it_needs(void **state)
{
    (void)state;
    assert_update(WITH("optimiser.kind=sgd"), OP_SGD, 0, NULL);
    assert_update(WITH("optimiser.kind=sgd", "optimiser.momentum=0.9"), OP_SGD, 1, "velocity");
    assert_update(WITH("optimiser.kind=adam"), OP_ADAM, 2, "first");
    assert_update(WITH("optimiser.kind=adamw"), OP_ADAM, 2, "first");
    assert_update(WITH("optimiser.kind=rmsprop"), OP_RMSPROP, 1, "squares");
    assert_update(WITH("optimiser.kind=rmsprop", "optimiser.momentum=0.9"), OP_RMSPROP, 2, "squares");
}

static void only_adamw_decays_apart_from_the_gradient(void **state)
{
    struct plan *adam = plan_with(WITH("optimiser.kind=adam", "optimiser.weight_decay=0.1"));
    struct plan *adamw = plan_with(WITH("optimiser.kind=adamw", "optimiser.weight_decay=0.1"));
    (void)state;

    assert_false(last_update(adam)->update.decoupled);
    assert_true(last_update(adamw)->update.decoupled);
    assert_float_equal(last_update(adamw)->update.weight_decay, 0.1f, 0);
    plan_free(adam);
    plan_free(adamw);
}

static void clipping_comes_first(void **state)
{
    struct plan *plan = plan_with(WITH("optimiser.kind=rmsprop", "training.clip=2"));
    (void)state;

    assert_int_equal(plan->spans[SPAN_UPDATE].end - plan->spans[SPAN_UPDATE].first, 2);
    assert_int_equal(plan->ops[plan->spans[SPAN_UPDATE].first].kind, OP_CLIP_GRADIENT);
    assert_int_equal(last_update(plan)->kind, OP_RMSPROP);
    plan_free(plan);
}

static void a_summary_says_what_matters(void **state)
{
    const struct {
        const char *const *settings;
        const char *text;
    } cases[] = {
        { WITH("optimiser.kind=sgd", "optimiser.learning_rate=0.01"), "sgd 0.01" },
        { WITH("optimiser.kind=sgd", "optimiser.momentum=0.9", "optimiser.nesterov=yes"), "sgd 0.001, nesterov 0.9" },
        { WITH("optimiser.kind=adam", "optimiser.momentum=0.9"), "adam 0.001" },
        { WITH("optimiser.kind=adamw", "optimiser.weight_decay=0.05"), "adamw 0.001, decay 0.05" },
        { WITH("optimiser.kind=rmsprop", "optimiser.momentum=0.5"), "rmsprop 0.001, momentum 0.5" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recipe r;
        struct error e;
        char text[80];

        recipe_preset(&r);
        for (const char *const *setting = cases[i].settings; *setting; setting++)
            assert_good(recipe_set(&r, *setting, &e), e);
        optimiser_summary(&r.optimiser, 1, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

/* A parameter of 10 whose gradient is itself, the first two steps at a rate of 0.1: Keras 3.15.1. */
static void test_steps_as_keras(void **state)
{
    const struct {
        const char *const *settings;
        double after[2];
    } cases[] = {
        { WITH("optimiser.kind=sgd"), { 9, 8.1 } },
        { WITH("optimiser.kind=sgd", "optimiser.momentum=0.9"), { 9, 7.2 } },
        { WITH("optimiser.kind=sgd", "optimiser.momentum=0.9", "optimiser.nesterov=yes"), { 8.1, 5.751 } },
        { WITH("optimiser.kind=adam"), { 9.9, 9.8000288 } },
        { WITH("optimiser.kind=adamw", "optimiser.weight_decay=0.01"), { 9.89, 9.7801418 } },
        { WITH("optimiser.kind=rmsprop"), { 9.6837721, 9.45788 } },
        { WITH("optimiser.kind=rmsprop", "optimiser.momentum=0.9"), { 9.6837721, 9.173275 } },
        { WITH("optimiser.kind=rmsprop", "optimiser.rho=0.5", "optimiser.epsilon=0.001"), { 9.8585796, 9.7436628 } },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan *plan = plan_with(cases[i].settings);
        struct backend *b;
        struct error e;
        struct buffer arenas[ARENA_COUNT];
        float parameters[2] = { 10, 10 };

        b = reference_backend_class.open(&(struct device_choice){ 0 }, &e);
        assert_non_null(b);
        for (int a = 0; a < ARENA_COUNT; a++)
            assert_true(b->ops->alloc(b, plan->arena_bytes[a], &arenas[a]));
        assert_true(b->ops->prepare(b, plan, arenas));
        b->ops->upload(b, arenas[ARENA_PARAMETERS], 0, parameters, sizeof parameters);
        for (uint64_t number = 1; number <= 2; number++) {
            struct step step = { .rows = 1, .number = number, .learning_rate = 0.1 };

            b->ops->upload(b, arenas[ARENA_GRADIENTS], 0, parameters, sizeof parameters);
            b->ops->run(b, plan->spans[SPAN_UPDATE].first, plan->spans[SPAN_UPDATE].end, &step);
            b->ops->download(b, parameters, arenas[ARENA_PARAMETERS], 0, sizeof parameters);
            if (!(fabs(parameters[0] - cases[i].after[number - 1]) <= 2e-6 * 10))
                fail_msg("%s: %.7g after step %d, not %.7g", cases[i].settings[0], parameters[0], (int)number,
                         cases[i].after[number - 1]);
        }
        assert_true(b->ops->wait(b, &e));
        for (int a = 0; a < ARENA_COUNT; a++)
            b->ops->free(b, arenas[a]);
        b->ops->close(b);
        plan_free(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_keeps_the_state_it_needs),
        cmocka_unit_test(only_adamw_decays_apart_from_the_gradient),
        cmocka_unit_test(clipping_comes_first),
        cmocka_unit_test(a_summary_says_what_matters),
        cmocka_unit_test(test_steps_as_keras),
    };

    return cmocka_run_group_tests_name("optimisers", tests, NULL, NULL);
}
