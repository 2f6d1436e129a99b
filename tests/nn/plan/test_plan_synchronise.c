/* Batch norm over the whole batch of several ranks, in their plans. */
#include "tests/support/check.h"

#include <stdio.h>

#include "nn/plan/plan.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

enum { BATCH = 6, RANKS = 4, RANK = 2 };

static struct plan *plan_of(const char *settings, int ranks, struct error *e)
{
    static struct recipe r;
    char text[700];

    snprintf(text, sizeof text,
             "[training]\nbatch = %d\n%s[layers]\nbatch_norm =\nconv2d = filters=4 bias=no\nbatch_norm =\n"
             "maxpool2d =\nresidual = filters=8 stride=2\nflatten =\ndense = units=5\nbatch_norm =\ndense = units=3\n",
             BATCH, settings);
    assert_good(recipe_parse(&r, text, "norm.ini", e), *e);

    const struct compile_options options = { .rank = RANK, .ranks = ranks };

    return compile_recipe_with(&r, shape_image(16, 16, 3), 3, &options, e);
}

static int count_of(const struct plan *plan, enum span span, enum op_kind kind)
{
    int count = 0;

    for (int i = plan->spans[span].first; i < plan->spans[span].end; i++)
        count += plan->ops[i].kind == kind;
    return count;
}

static void expect_sum(const struct plan *plan, int i, value numbers)
{
    for (int k = 0; k < 2; k++) {
        const struct op *op = &plan->ops[i + k];

        assert_int_equal(op->kind, k == 0 ? OP_ALL_REDUCE : OP_AWAIT);
        assert_int_equal(op->in[0], numbers);
        assert_int_equal(op->update.count, plan_value_count(&plan->values[numbers]));
    }
}

/* SPREAD_MOMENTS, the sum, MERGE_MOMENTS, BATCH_NORM. */
static void expect_forward(const struct plan *plan, int norm)
{
    const struct op *spread = &plan->ops[norm - 4], *merge = &plan->ops[norm - 1], *op = &plan->ops[norm];

    assert_int_equal(spread->kind, OP_SPREAD_MOMENTS);
    expect_sum(plan, norm - 3, spread->out[0]);
    assert_int_equal(merge->kind, OP_MERGE_MOMENTS);
    assert_int_equal(merge->in[0], spread->out[0]);
    assert_int_equal(op->in[4], merge->out[0]);
    assert_int_equal(op->in[0], spread->in[0]);
    assert_true(spread->norm.rank == RANK && spread->norm.ranks == RANKS && op->norm.ranks == RANKS);
    assert_int_equal(spread->layer, op->layer);
}

/* BATCH_NORM_SUMS, the sum, BATCH_NORM_INPUT_GRADIENT. */
static void expect_backward(const struct plan *plan, int gradient)
{
    const struct op *sums = &plan->ops[gradient - 3], *op = &plan->ops[gradient];

    assert_int_equal(sums->kind, OP_BATCH_NORM_SUMS);
    expect_sum(plan, gradient - 2, sums->out[0]);
    assert_int_equal(op->in[4], sums->out[0]);
    assert_int_equal(plan->values[sums->out[1]].arena, ARENA_GRADIENTS);
    assert_int_equal(plan->values[sums->out[2]].arena, ARENA_GRADIENTS);
}

/* The first layer stands at the beginning of the span; the second takes what its convolution has computed. */
static void test_both_passes_have_sums_over_the_ranks(void **state)
{
    enum { LAYERS = 6 };
    struct error e = { 0 };
    struct plan *alone = plan_of("batch_norm = all\n", 1, &e), *plan = plan_of("batch_norm = all\n", RANKS, &e);
    int given = 0;
    (void)state;

    assert_good(alone && plan, e);
    assert_int_equal(count_of(alone, SPAN_STEP, OP_BATCH_NORM), LAYERS);
    assert_int_equal(count_of(alone, SPAN_STEP, OP_BATCH_NORM_GRADIENT), LAYERS);
    assert_int_equal(count_of(alone, SPAN_STEP, OP_ALL_REDUCE), 0);
    assert_int_equal(count_of(plan, SPAN_FORWARD, OP_BATCH_NORM), LAYERS);
    assert_int_equal(count_of(plan, SPAN_FORWARD, OP_ALL_REDUCE), LAYERS);
    assert_int_equal(count_of(plan, SPAN_BACKWARD, OP_BATCH_NORM_INPUT_GRADIENT), LAYERS);
    assert_int_equal(count_of(plan, SPAN_STEP, OP_BATCH_NORM_GRADIENT), 0);
    assert_int_equal(count_of(plan, SPAN_EVALUATE, OP_ALL_REDUCE), 0);
    for (int i = plan->spans[SPAN_FORWARD].first; i < plan->spans[SPAN_BACKWARD].end; i++) {
        if (plan->ops[i].kind == OP_BATCH_NORM)
            expect_forward(plan, i);
        if (plan->ops[i].kind == OP_BATCH_NORM_INPUT_GRADIENT)
            expect_backward(plan, i);
        given += plan->ops[i].kind == OP_SPREAD_MOMENTS && plan->ops[i].in[1] != VALUE_NONE;
    }
    assert_int_equal(given, count_of(alone, SPAN_FORWARD, OP_CONV2D));
    plan_free(alone);
    plan_free(plan);
}

static void test_by_itself_each_device_has_its_own(void **state)
{
    struct error e = { 0 };
    struct plan *plan = plan_of("", RANKS, &e);
    (void)state;

    assert_good(plan != NULL, e);
    assert_int_equal(count_of(plan, SPAN_STEP, OP_SPREAD_MOMENTS), 0);
    assert_int_equal(count_of(plan, SPAN_FORWARD, OP_ALL_REDUCE), 0);
    plan_free(plan);
}

/* Those that are not trained have their moving mean and variance. */
static void test_frozen_layers_sum_nothing(void **state)
{
    struct error e = { 0 };
    struct plan *plan = plan_of("batch_norm = all\nfreeze = 5\n", RANKS, &e);
    (void)state;

    assert_good(plan != NULL, e);
    assert_int_equal(count_of(plan, SPAN_FORWARD, OP_ALL_REDUCE), 1);
    plan_free(plan);
}

static void test_the_whole_batch_goes_through_at_once(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_bad(plan_of("batch_norm = all\naccumulate = 2\n", 1, &e), e, "set accumulate = 1, or batch_norm = device");
    assert_int_equal(e.kind, ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_passes_have_sums_over_the_ranks),
        cmocka_unit_test(test_by_itself_each_device_has_its_own),
        cmocka_unit_test(test_frozen_layers_sum_nothing),
        cmocka_unit_test(test_the_whole_batch_goes_through_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
