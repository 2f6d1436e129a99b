/* What sums gradients over ranks, in plans of several that train together. */
#include "tests/support/check.h"

#include "nn/plan/plan.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

enum { BATCH = 6, RANKS = 4 };

static struct plan *plan_of(const char *preset, int ranks, double bucket)
{
    static struct recipe r;
    struct error e = { 0 };

    assert_good(recipe_load(&r, preset, &e), e);
    r.training.batch = BATCH;
    r.training.bucket = bucket;

    const struct compile_options options = { .ranks = ranks };
    struct plan *plan = compile_recipe_with(&r, shape_image(32, 32, 3), 10, &options, &e);

    assert_good(plan != NULL, e);
    return plan;
}

static bool writes(const struct op *op, value v)
{
    for (int k = 0; k < OP_OUTPUTS; k++)
        if (op->out[k] == v)
            return true;
    return false;
}

/* How often a gradient is summed; and never before it is written for the last time. */
static int sums_of(const struct plan *plan, value gradient)
{
    const struct plan_value *g = &plan->values[gradient];
    int sums = 0;

    for (int i = plan->spans[SPAN_BACKWARD].first; i < plan->spans[SPAN_BACKWARD].end; i++) {
        const struct op *op = &plan->ops[i];

        if (writes(op, gradient))
            assert_int_equal(sums, 0);
        if (op->kind != OP_ALL_REDUCE)
            continue;

        const struct plan_value *range = plan_place(plan, op->in[0]);
        size_t end = range->offset + (size_t)op->update.count * sizeof(float);

        if (g->offset >= range->offset && g->offset < end) {
            assert_true(g->offset + g->bytes <= end);
            sums++;
        }
    }
    return sums;
}

static int count_of(const struct plan *plan, enum op_kind kind)
{
    int count = 0;

    for (int i = 0; i < plan->n_ops; i++)
        count += plan->ops[i].kind == kind;
    return count;
}

static const char *const presets[] = { "resnet20", "mnist-mlp", NULL };

static void every_gradient_is_summed_once_when_it_is_there(void **state)
{
    static const double buckets[] = { 1e-6, 0.02, 1000 }; /* MB */
    (void)state;

    for (int p = 0; presets[p]; p++)
        for (size_t b = 0; b < sizeof buckets / sizeof *buckets; b++) {
            struct plan *plan = plan_of(presets[p], RANKS, buckets[b]);

            for (value v = 0; v < plan->n_values; v++)
                if (plan->values[v].arena == ARENA_GRADIENTS && !plan->values[v].whole)
                    assert_int_equal(sums_of(plan, v), 1);
            assert_int_equal(plan->ops[plan->spans[SPAN_BACKWARD].end - 1].kind, OP_AWAIT);
            assert_int_equal(plan->spans[SPAN_UPDATE].first, plan->spans[SPAN_BACKWARD].end);
            assert_int_equal(count_of(plan, OP_AWAIT), 1);
            if (b == 2)
                assert_int_equal(count_of(plan, OP_ALL_REDUCE), 1);
            if (b == 0)
                assert_true(count_of(plan, OP_ALL_REDUCE) > 1);
            plan_free(plan);
        }
}

/* The rest of the list is that of one alone, span by span. */
static void nothing_else_changes_but_the_batch(void **state)
{
    (void)state;

    for (int p = 0; presets[p]; p++) {
        struct plan *alone = plan_of(presets[p], 1, 0.02), *plan = plan_of(presets[p], RANKS, 0.02);

        assert_int_equal(alone->batch, BATCH);
        assert_int_equal(plan->batch, 2);
        assert_int_equal(count_of(alone, OP_ALL_REDUCE) + count_of(alone, OP_AWAIT), 0);
        for (int s = 0; s < SPAN_COUNT; s++) {
            int i = plan->spans[s].first;

            for (int k = alone->spans[s].first; k < alone->spans[s].end; k++, i++) {
                while (plan->ops[i].kind == OP_ALL_REDUCE || plan->ops[i].kind == OP_AWAIT)
                    i++;
                assert_int_equal(plan->ops[i].kind, alone->ops[k].kind);
                assert_int_equal(plan->ops[i].beside_next, alone->ops[k].beside_next);
                assert_int_equal(plan->ops[i].layer, alone->ops[k].layer);
            }
        }
        plan_free(alone);
        plan_free(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gradient_is_summed_once_when_it_is_there),
        cmocka_unit_test(nothing_else_changes_but_the_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
