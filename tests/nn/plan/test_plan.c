#include "tests/support/check.h"

#include <math.h>

#include "nn/plan/plan.h"
#include "nn/plan/plan_builder.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

static struct plan *plan_of(const char *preset, struct shape in, int classes, bool training)
{
    static struct recipe r;
    struct error e = { 0 };

    assert_good(recipe_load(&r, preset, &e), e);
    r.training.batch = 4;

    struct plan *plan = compile_recipe(&r, in, classes, training, &e);

    assert_good(plan != NULL, e);
    return plan;
}

/* Whose bytes lie in each block of 64. */
static void assert_inputs_are_there(const struct plan *plan, int i, const value *owner)
{
    const struct op *op = &plan->ops[i];

    for (int k = 0; k < OP_INPUTS; k++) {
        if (op->in[k] == VALUE_NONE)
            continue;

        value root = plan_root(plan, op->in[k]);
        const struct plan_value *v = &plan->values[root];

        if (v->arena != ARENA_ACTIVATIONS)
            continue;
        for (size_t b = v->offset / 64; b < (v->offset + v->bytes + 63) / 64; b++)
            if (owner[b] != root)
                fail_msg("operation %d (%s) reads %s, which is no longer there", i, op_name(op->kind), v->name);
    }
}

static void write_outputs(const struct plan *plan, int i, value *owner)
{
    const struct op *op = &plan->ops[i];

    for (int k = 0; k < OP_OUTPUTS; k++) {
        if (op->out[k] == VALUE_NONE)
            continue;

        value root = plan_root(plan, op->out[k]);
        const struct plan_value *v = &plan->values[root];

        if (v->arena == ARENA_ACTIVATIONS)
            for (size_t b = v->offset / 64; b < (v->offset + v->bytes + 63) / 64; b++)
                owner[b] = root;
    }
}

/* Of two side by side the second may be through before the first begins. */
static void walk(const struct plan *plan, int first, int end, value *owner)
{
    for (int i = first; i < end; i++) {
        assert_inputs_are_there(plan, i, owner);
        if (plan->ops[i].beside_next) {
            assert_in_range(i + 1, first, end - 1);
            assert_inputs_are_there(plan, i + 1, owner);
            write_outputs(plan, i + 1, owner);
            assert_inputs_are_there(plan, i, owner);
        }
        write_outputs(plan, i, owner);
    }
}

/* Walks the list as a backend would, and sees that no byte that is still needed is written over. */
static void assert_nothing_needed_is_overwritten(const struct plan *plan, const enum span *spans, int n_spans)
{
    size_t size = plan->arena_bytes[ARENA_ACTIVATIONS];
    value *owner = malloc(size / 64 * sizeof *owner);

    assert_non_null(owner);
    for (size_t i = 0; i < size / 64; i++)
        owner[i] = VALUE_NONE;
    for (int s = 0; s < n_spans; s++)
        walk(plan, plan->spans[spans[s]].first, plan->spans[spans[s]].end, owner);
    free(owner);
}

static void places_never_collide(void **state)
{
    static const struct {
        const char *preset;
        int size, channels;
    } cases[] = { { "mnist-mlp", 28, 1 },
                  { "mnist-cnn", 28, 1 },
                  { "lenet5", 28, 1 },
                  { "cifar10-lesson", 32, 3 },
                  { "resnet20", 32, 3 } };
    static const enum span looked_at[] = { SPAN_FORWARD,         SPAN_HEALTH_FORWARD, SPAN_BACKWARD,
                                           SPAN_HEALTH_BACKWARD, SPAN_UPDATE,         SPAN_HEALTH_UPDATE };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan *plan =
            plan_of(cases[i].preset, shape_image(cases[i].size, cases[i].size, cases[i].channels), 10, true);

        assert_nothing_needed_is_overwritten(plan, (const enum span[]){ SPAN_STEP }, 1);
        assert_nothing_needed_is_overwritten(plan, (const enum span[]){ SPAN_EVALUATE }, 1);
        assert_nothing_needed_is_overwritten(plan, looked_at, sizeof looked_at / sizeof *looked_at);
        plan_free(plan);
    }
}

/* Without sharing places the activations of a deep net would take several times as much. */
static void places_are_shared(void **state)
{
    struct plan *plan = plan_of("resnet20", shape_image(32, 32, 3), 10, true);
    size_t all = 0;
    (void)state;

    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == ARENA_ACTIVATIONS && plan->values[v].alias == VALUE_NONE)
            all += plan->values[v].bytes;
    assert_true(plan->arena_bytes[ARENA_ACTIVATIONS] < all * 2 / 3);
    plan_free(plan);
}

static int count_ops(const struct plan *plan, enum span span, enum op_kind kind)
{
    int count = 0;

    for (int i = plan->spans[span].first; i < plan->spans[span].end; i++)
        count += plan->ops[i].kind == kind;
    return count;
}

static void activations_join_the_layer_before(void **state)
{
    struct plan *plan = plan_of("cifar10-lesson", shape_image(32, 32, 3), 10, true);
    (void)state;

    assert_int_equal(count_ops(plan, SPAN_FORWARD, OP_CONV2D), 4);
    assert_int_equal(count_ops(plan, SPAN_FORWARD, OP_ACTIVATION), 0);
    assert_int_equal(count_ops(plan, SPAN_EVALUATE, OP_ACTIVATION), 0);
    assert_int_equal(count_ops(plan, SPAN_BACKWARD, OP_ACTIVATION_GRADIENT), 2);
    plan_free(plan);
}

/* Nothing is computed for the images themselves, and evaluation drops nothing. */
static void no_work_that_nobody_asked_for(void **state)
{
    struct plan *plan = plan_of("cifar10-lesson", shape_image(32, 32, 3), 10, true);
    (void)state;

    assert_int_equal(count_ops(plan, SPAN_BACKWARD, OP_CONV2D_INPUT_GRADIENT), 3);
    assert_int_equal(count_ops(plan, SPAN_FORWARD, OP_DROPOUT), 2);
    assert_int_equal(count_ops(plan, SPAN_EVALUATE, OP_DROPOUT), 0);
    plan_free(plan);
}

static void evaluation_shares_the_trained_weights(void **state)
{
    struct plan *plan = plan_of("resnet20", shape_image(32, 32, 3), 10, true);
    value trained[256], evaluated[256];
    int n_trained = 0, n_evaluated = 0;
    (void)state;

    for (int i = plan->spans[SPAN_FORWARD].first; i < plan->spans[SPAN_FORWARD].end; i++)
        if (plan->ops[i].kind == OP_CONV2D || plan->ops[i].kind == OP_BATCH_NORM)
            trained[n_trained++] = plan->ops[i].in[1];
    for (int i = plan->spans[SPAN_EVALUATE].first; i < plan->spans[SPAN_EVALUATE].end; i++)
        if (plan->ops[i].kind == OP_CONV2D || plan->ops[i].kind == OP_BATCH_NORM_INFERENCE)
            evaluated[n_evaluated++] = plan->ops[i].in[1];
    assert_int_equal(n_trained, n_evaluated);
    assert_memory_equal(trained, evaluated, (size_t)n_trained * sizeof *trained);
    plan_free(plan);
}

static void gradients_lie_where_their_parameters_do(void **state)
{
    struct plan *plan = plan_of("resnet20", shape_image(32, 32, 3), 10, true);
    (void)state;

    assert_int_equal(plan->arena_bytes[ARENA_GRADIENTS], plan->arena_bytes[ARENA_PARAMETERS]);
    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == ARENA_PARAMETERS && !plan->values[v].whole)
            assert_int_equal(plan->values[plan->values[v].gradient].offset, plan->values[v].offset);
    plan_free(plan);
}

static void a_plan_for_evaluation_has_no_gradients(void **state)
{
    struct plan *plan = plan_of("mnist-cnn", shape_image(28, 28, 1), 10, false);
    (void)state;

    assert_int_equal(plan->arena_bytes[ARENA_GRADIENTS], 0);
    assert_int_equal(plan->arena_bytes[ARENA_OPTIMISER], 0);
    assert_int_equal(plan->spans[SPAN_STEP].end, plan->spans[SPAN_STEP].first);
    plan_free(plan);
}

/* Glorot: uniform in ±sqrt(6 / (fan in + fan out)), so its variance is a third of the limit squared. */
static void weights_start_as_keras_starts_them(void **state)
{
    struct plan *plan = plan_of("mnist-mlp", shape_image(28, 28, 1), 10, true);
    float *parameters = malloc(plan->arena_bytes[ARENA_PARAMETERS]),
          *again = malloc(plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = malloc(plan->arena_bytes[ARENA_STATISTICS]);
    double limit = sqrt(6.0 / (784 + 128)), sum = 0, squares = 0;
    int n = 784 * 128;
    (void)state;

    assert_true(parameters && again && statistics);
    plan_initialise(plan, 1, parameters, statistics);
    for (int i = 0; i < n; i++) {
        assert_true(fabs((double)parameters[i]) <= limit);
        sum += (double)parameters[i];
        squares += (double)parameters[i] * (double)parameters[i];
    }
    assert_true(fabs(sum / n) < limit / 100);
    assert_true(fabs(squares / n / (limit * limit / 3) - 1) < 0.02);
    plan_initialise(plan, 1, again, statistics);
    assert_memory_equal(parameters, again, plan->arena_bytes[ARENA_PARAMETERS]);
    plan_initialise(plan, 2, again, statistics);
    assert_memory_not_equal(parameters, again, (size_t)n * sizeof *again);
    free(parameters);
    free(again);
    free(statistics);
    plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_never_collide),
        cmocka_unit_test(places_are_shared),
        cmocka_unit_test(activations_join_the_layer_before),
        cmocka_unit_test(no_work_that_nobody_asked_for),
        cmocka_unit_test(evaluation_shares_the_trained_weights),
        cmocka_unit_test(gradients_lie_where_their_parameters_do),
        cmocka_unit_test(a_plan_for_evaluation_has_no_gradients),
        cmocka_unit_test(weights_start_as_keras_starts_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
