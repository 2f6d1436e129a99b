/* What frozen layers and lower rates make of a plan. */
#include "tests/support/check.h"

#include <stdio.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/recipe_file.h"

enum { LAYERS = 9, HEAD = 8 };

static struct plan *plan_of(const char *settings)
{
    static struct recipe r;
    struct error e = { 0 };
    char text[512];

    snprintf(text, sizeof text,
             "[training]\n%s\n[layers]\nconv2d = filters=4 activation=relu\nbatch_norm =\nactivation = function=relu\n"
             "maxpool2d =\ndropout = rate=0.5\nresidual = filters=6\nglobal_avgpool =\n"
             "dense = units=5 activation=relu\ndense = units=3\n",
             settings);
    assert_good(recipe_parse(&r, text, "test.ini", &e), e);
    assert_int_equal(r.n_layers, LAYERS);

    struct plan *plan = compile_recipe(&r, shape_image(8, 8, 2), 3, true, &e);

    assert_good(plan != NULL, e);
    return plan;
}

static struct plan *frozen_plan(int layers)
{
    char settings[32];

    snprintf(settings, sizeof settings, "freeze = %d", layers);
    return plan_of(settings);
}

static bool in_span(const struct plan *plan, int op, enum span span)
{
    return op >= plan->spans[span].first && op < plan->spans[span].end;
}

/* Of a frozen layer there is the forward operation alone, as evaluation has it. */
static void frozen_layers_compute_as_in_evaluation_and_learn_nothing(void **state)
{
    (void)state;
    for (int frozen = 0; frozen <= HEAD; frozen++) {
        struct plan *plan = frozen_plan(frozen);

        for (int i = 0; i < plan->spans[SPAN_STEP].end; i++) {
            const struct op *op = &plan->ops[i];

            if (op->layer < 0 || op->layer >= frozen)
                continue;
            assert_true(in_span(plan, i, SPAN_FORWARD));
            assert_true(op->kind != OP_DROPOUT && op->kind != OP_BATCH_NORM);
            assert_int_equal(op->out[1], VALUE_NONE);
        }
        for (int i = plan->spans[SPAN_HEALTH_FORWARD].first; i < plan->n_ops; i++)
            assert_true(plan->ops[i].layer >= frozen);
        plan_free(plan);
    }
}

/* Gradients and moments are those of the trained layers; the weights are where they always are. */
static void frozen_layers_take_no_memory_but_their_weights(void **state)
{
    struct plan *all = frozen_plan(0);
    size_t before = all->arena_bytes[ARENA_GRADIENTS] + 1;
    (void)state;

    for (int frozen = 0; frozen <= HEAD; frozen++) {
        struct plan *plan = frozen_plan(frozen);
        size_t trained = 0;

        for (value v = 0; v < plan->n_values; v++)
            if (plan->values[v].arena == ARENA_PARAMETERS && !plan->values[v].whole && plan->values[v].layer >= frozen)
                trained += plan_value_count(&plan->values[v]);
        assert_int_equal(plan_trained(plan), trained);
        assert_int_equal(plan->arena_bytes[ARENA_PARAMETERS], all->arena_bytes[ARENA_PARAMETERS]);
        assert_int_equal(plan->arena_bytes[ARENA_OPTIMISER], 2 * plan->arena_bytes[ARENA_GRADIENTS]);
        assert_true(plan->arena_bytes[ARENA_GRADIENTS] <= before);
        before = plan->arena_bytes[ARENA_GRADIENTS];
        plan_free(plan);
    }
    plan_free(all);
}

/* Every gradient goes into one update, at its layer's share of the rate; each moment belongs to one. */
static void assert_updates(const struct plan *plan, int lower_before, float share)
{
    size_t at = 0, parameters_end = plan->arena_bytes[ARENA_PARAMETERS],
           frozen = parameters_end - plan->arena_bytes[ARENA_GRADIENTS];

    for (int i = plan->spans[SPAN_UPDATE].first; i < plan->spans[SPAN_UPDATE].end; i++) {
        const struct op *op = &plan->ops[i];
        const struct plan_value *p = &plan->values[op->in[0]], *g = &plan->values[op->in[1]];

        if (op->kind == OP_CLIP_GRADIENT)
            continue;
        assert_int_equal(g->offset, at);
        assert_int_equal(p->offset, frozen + at);
        assert_int_equal(p->bytes, g->bytes);
        for (value v = 0; v < plan->n_values; v++) {
            const struct plan_value *one = &plan->values[v];

            if (one->arena == ARENA_PARAMETERS && !one->whole && one->offset >= p->offset &&
                one->offset < p->offset + p->bytes)
                assert_true(op->update.share == (one->layer < lower_before ? share : 1));
        }
        at += p->bytes;
    }
    assert_int_equal(at, plan->arena_bytes[ARENA_GRADIENTS]);
}

static void what_was_learned_before_learns_at_its_share_of_the_rate(void **state)
{
    static const char *const optimisers[] = { "sgd", "adam", "adamw", "rmsprop" };
    static const struct {
        const char *settings;
        int lower_before;
    } cases[] = {
        { "lower_rate = 0.25", 0 }, /* without weights all is new */
        { "weights = a.h5\nlower_rate = 0.25\nhead = kept", LAYERS },
        { "weights = a.h5\nlower_rate = 0.25\nhead = new", HEAD },
        { "weights = a.h5\nlower_rate = 0.25\nhead = new\nfreeze = 5\nclip = 1", HEAD },
        { "weights = a.h5\nlower_rate = 0.25\nhead = new\nfreeze = 8", HEAD },
        { "weights = a.h5\nfreeze = 2", 0 },
    };
    char settings[128];
    (void)state;

    for (size_t k = 0; k < sizeof optimisers / sizeof *optimisers; k++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            snprintf(settings, sizeof settings, "%s\n[optimiser]\nmomentum = 0.9\nkind = %s", cases[i].settings,
                     optimisers[k]);
            struct plan *plan = plan_of(settings);

            assert_updates(plan, cases[i].lower_before, 0.25F);
            plan_free(plan);
        }
}

static void a_plan_without_any_of_it_has_one_update_of_whole_arenas(void **state)
{
    struct plan *plan = plan_of("seed = 1");
    const struct op *op = &plan->ops[plan->spans[SPAN_UPDATE].first];
    (void)state;

    assert_int_equal(plan->spans[SPAN_UPDATE].end - plan->spans[SPAN_UPDATE].first, 1);
    assert_int_equal(plan->values[op->in[0]].alias, VALUE_NONE);
    assert_int_equal(plan->values[op->in[0]].bytes, plan->arena_bytes[ARENA_PARAMETERS]);
    plan_free(plan);
}

static void it_is_said_in_words(void **state)
{
    struct recipe r;
    struct error e = { 0 };
    char words[200];
    (void)state;

    assert_good(recipe_parse(&r, "[layers]\nflatten =\ndense = units=3\n", "test.ini", &e), e);
    finetuning_words(&r, words, sizeof words);
    assert_string_equal(words, "");
    strcpy(r.training.weights, "/a/b/resnet.h5");
    r.training.head = HEAD_NEW;
    r.training.freeze = 1;
    finetuning_words(&r, words, sizeof words);
    assert_string_equal(words,
                        "begins with the weights of resnet.h5; the last layer, dense 3, is new; layer 1 is frozen");
    r.training.weights[0] = '\0';
    r.training.freeze = 2;
    finetuning_words(&r, words, sizeof words);
    assert_string_equal(words, "layers 1 to 2 are frozen");
}

static void freezing_everything_is_refused(void **state)
{
    struct recipe r;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_parse(&r, "[training]\nfreeze = 3\n[layers]\nflatten =\ndense = units=3\nactivation =\n",
                             "test.ini", &e), e);
    assert_bad(compile_recipe(&r, shape_image(8, 8, 2), 3, true, &e), e,
               "freeze = 3 leaves nothing to train: layer 2 (dense) is the last with weights");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frozen_layers_compute_as_in_evaluation_and_learn_nothing),
        cmocka_unit_test(frozen_layers_take_no_memory_but_their_weights),
        cmocka_unit_test(what_was_learned_before_learns_at_its_share_of_the_rate),
        cmocka_unit_test(a_plan_without_any_of_it_has_one_update_of_whole_arenas),
        cmocka_unit_test(it_is_said_in_words),
        cmocka_unit_test(freezing_everything_is_refused),
    };

    return cmocka_run_group_tests_name("finetuning", tests, NULL, NULL);
}
