/* What becomes of a plan's list when neighbours are merged. */
#include "tests/support/check.h"

#include <stdio.h>

#include "nn/plan/activation.h"
#include "nn/plan/plan.h"
#include "nn/plan/plan_builder.h"
#include "nn/plan/plan_fuse_pools.h"
#include "nn/plan/plan_print.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

static const struct example {
    const char *name, *layers, *forward, *backward, *evaluate;
} examples[] = {
    { "relu_and_pool_join_the_convolution",
      "conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nconv2d = filters=8 kernel=5 stride=2 "
      "activation=relu\nmaxpool2d =\nflatten =\n",
      "GATHER CONV2D+relu+pooled CONV2D+relu+pooled DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT+pooled "
      "CONV2D_INPUT_GRADIENT+pooled CONV2D_WEIGHT_GRADIENT+pooled",
      "GATHER CONV2D+relu+pooled CONV2D+relu+pooled DENSE SOFTMAX_LOSS" },
    { "a_pool_joins_a_convolution_without_activation", "conv2d = filters=4 kernel=3\nmaxpool2d =\nflatten =\n",
      "GATHER CONV2D+pooled DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT+pooled",
      "GATHER CONV2D+pooled DENSE SOFTMAX_LOSS" },
    { "relu_behind_the_pool_joins_as_well",
      "conv2d = filters=4 kernel=3\nmaxpool2d =\nactivation = function=relu\nconv2d = filters=3 kernel=1\nmaxpool2d "
      "=\nactivation = function=relu\nflatten =\n",
      "GATHER CONV2D+relu+pooled CONV2D+relu+pooled DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT+pooled "
      "CONV2D_INPUT_GRADIENT+pooled CONV2D_WEIGHT_GRADIENT+pooled",
      "GATHER CONV2D+relu+pooled CONV2D+relu+pooled DENSE SOFTMAX_LOSS" },
    { "other_activations_behind_the_pool_stay",
      "conv2d = filters=4 kernel=3\nmaxpool2d =\nactivation = function=gelu\nflatten =\n",
      "GATHER CONV2D+pooled ACTIVATION DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT ACTIVATION_GRADIENT "
      "CONV2D_WEIGHT_GRADIENT+pooled",
      "GATHER CONV2D+pooled ACTIVATION DENSE SOFTMAX_LOSS" },
    { "a_pool_behind_another_activation_stays", "conv2d = filters=4 kernel=3 activation=tanh\nmaxpool2d =\nflatten =\n",
      "GATHER CONV2D+tanh MAX_POOL DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT MAX_POOL_GRADIENT ACTIVATION_GRADIENT "
      "CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D+tanh MAX_POOL DENSE SOFTMAX_LOSS" },
    { "other_pools_stay",
      "conv2d = filters=4 kernel=3\nmaxpool2d = size=3\nconv2d = filters=4 kernel=3\nmaxpool2d = size=2 stride=1\n"
      "flatten =\n",
      "GATHER CONV2D MAX_POOL CONV2D MAX_POOL DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT MAX_POOL_GRADIENT CONV2D_WEIGHT_GRADIENT "
      "CONV2D_INPUT_GRADIENT MAX_POOL_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D MAX_POOL CONV2D MAX_POOL DENSE SOFTMAX_LOSS" },
    { "a_pool_that_keeps_a_ragged_edge_stays",
      "conv2d = filters=4 kernel=3 padding=valid\nmaxpool2d = padding=same\nflatten =\n",
      "GATHER CONV2D MAX_POOL DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT MAX_POOL_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D MAX_POOL DENSE SOFTMAX_LOSS" },
    { "relu_knows_what_dropout_behind_it_kept",
      "conv2d = filters=4 kernel=3 activation=relu\nflatten =\ndropout = rate=0.5\ndense = units=5 activation=relu\n"
      "dropout = rate=0.2\n",
      "GATHER CONV2D+relu DROPOUT DENSE+relu DROPOUT DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT ACTIVATION_GRADIENT DENSE_WEIGHT_GRADIENT "
      "DENSE_INPUT_GRADIENT ACTIVATION_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D+relu DENSE+relu DENSE SOFTMAX_LOSS" },
    { "other_activations_do_not", "flatten =\ndense = units=5 activation=leaky_relu\ndropout = rate=0.2\n",
      "GATHER DENSE+leaky_relu DROPOUT DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT DROPOUT_GRADIENT ACTIVATION_GRADIENT "
      "DENSE_WEIGHT_GRADIENT",
      "GATHER DENSE+leaky_relu DENSE SOFTMAX_LOSS" },
    { "a_depthwise_convolution_takes_its_activation_or_tells_the_moments",
      "conv2d = filters=4 kernel=1\ndepthwise_conv2d = activation=relu\ndepthwise_conv2d =\nbatch_norm =\nflatten =\n",
      "GATHER CONV2D DEPTHWISE_CONV2D+relu DEPTHWISE_CONV2D+moments BATCH_NORM+moments DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT BATCH_NORM_GRADIENT "
      "DEPTHWISE_CONV2D_WEIGHT_GRADIENT DEPTHWISE_CONV2D_INPUT_GRADIENT ACTIVATION_GRADIENT "
      "DEPTHWISE_CONV2D_WEIGHT_GRADIENT DEPTHWISE_CONV2D_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D DEPTHWISE_CONV2D+relu DEPTHWISE_CONV2D BATCH_NORM_INFERENCE DENSE SOFTMAX_LOSS" },
    { "a_window_takes_in_the_zeros_before_it",
      "conv2d = filters=4 kernel=1\nzero_padding2d =\ndepthwise_conv2d = padding=valid\nflatten =\n",
      "GATHER CONV2D DEPTHWISE_CONV2D DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT DEPTHWISE_CONV2D_WEIGHT_GRADIENT "
      "DEPTHWISE_CONV2D_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D DEPTHWISE_CONV2D DENSE SOFTMAX_LOSS" },
    { "zeros_that_a_whole_window_would_lie_in_stay",
      "zero_padding2d = size=2\nconv2d = filters=4 kernel=2 padding=valid\nflatten =\n",
      "GATHER AVERAGE_POOL CONV2D DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER AVERAGE_POOL CONV2D DENSE SOFTMAX_LOSS" },
    { "zeros_before_a_pool_stay", "zero_padding2d =\nmaxpool2d =\nflatten =\n",
      "GATHER AVERAGE_POOL MAX_POOL DENSE SOFTMAX_LOSS", "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT",
      "GATHER AVERAGE_POOL MAX_POOL DENSE SOFTMAX_LOSS" },
    { "a_convolution_tells_the_moments_of_its_output", "conv2d = filters=4 kernel=3\nbatch_norm =\nflatten =\n",
      "GATHER CONV2D+moments BATCH_NORM+moments DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT BATCH_NORM_GRADIENT CONV2D_WEIGHT_GRADIENT",
      "GATHER CONV2D BATCH_NORM_INFERENCE DENSE SOFTMAX_LOSS" },
    { "not_those_of_a_pooled_or_activated_one",
      "conv2d = filters=4 kernel=3\nmaxpool2d =\nbatch_norm =\nconv2d = filters=4 kernel=3 activation=relu\n"
      "batch_norm =\nflatten =\n",
      "GATHER CONV2D+pooled BATCH_NORM CONV2D+relu BATCH_NORM DENSE SOFTMAX_LOSS",
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT BATCH_NORM_GRADIENT ACTIVATION_GRADIENT "
      "CONV2D_WEIGHT_GRADIENT CONV2D_INPUT_GRADIENT BATCH_NORM_GRADIENT CONV2D_WEIGHT_GRADIENT+pooled",
      "GATHER CONV2D+pooled BATCH_NORM_INFERENCE CONV2D+relu BATCH_NORM_INFERENCE DENSE SOFTMAX_LOSS" },
    { "an_activation_joins_a_dense_layer", "flatten =\ndense = units=5 activation=gelu\n",
      "GATHER DENSE ACTIVATION DENSE SOFTMAX_LOSS", /* GELU's gradient needs its input */
      "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT ACTIVATION_GRADIENT DENSE_WEIGHT_GRADIENT",
      "GATHER DENSE+gelu DENSE SOFTMAX_LOSS" },
};

static struct plan *plan_of(const char *layers)
{
    static struct recipe recipe;
    struct error e = { 0 };
    char text[1000];

    snprintf(text, sizeof text, "[training]\nbatch = 4\n[layers]\n%sdense = units=3\n", layers);
    recipe_preset(&recipe);
    assert_good(recipe_parse(&recipe, text, "example", &e), e);

    struct plan *plan = compile_recipe(&recipe, shape_image(13, 11, 2), 3, true, &e);

    assert_good(plan, e);
    return plan;
}

static enum activation activation_of(const struct op *op)
{
    switch (op->kind) {
    case OP_CONV2D:
    case OP_DEPTHWISE_CONV2D:
        return op->window.activation;
    case OP_DENSE:
        return op->dense.activation;
    default:
        return ACTIVATION_LINEAR;
    }
}

static bool is_pooled(const struct op *op)
{
    return op->kind >= OP_CONV2D && op->kind <= OP_CONV2D_WEIGHT_GRADIENT && op->window.pooled;
}

static bool has_moments(const struct op *op)
{
    return (op->kind == OP_CONV2D && op->out[2] != VALUE_NONE) ||
           (op->kind == OP_DEPTHWISE_CONV2D && op->out[1] != VALUE_NONE) ||
           (op->kind == OP_BATCH_NORM && op->in[4] != VALUE_NONE);
}

/* "GATHER CONV2D+relu+pooled CONV2D+moments DENSE" */
static const char *list(const struct plan *plan, enum span span)
{
    static char text[1000];
    size_t length = 0;

    text[0] = '\0';
    for (int i = plan->spans[span].first; i < plan->spans[span].end; i++) {
        const struct op *op = &plan->ops[i];
        enum activation a = activation_of(op);

        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s%s%s%s%s", length ? " " : "",
                                   op_name(op->kind), a != ACTIVATION_LINEAR ? "+" : "",
                                   a != ACTIVATION_LINEAR ? activation_names[a] : "", is_pooled(op) ? "+pooled" : "",
                                   has_moments(op) ? "+moments" : "");
        assert_in_range(length, 1, sizeof text - 1);
    }
    return text;
}

static void test_example(void **state)
{
    const struct example *example = *state;
    struct plan *plan = plan_of(example->layers);

    assert_string_equal(list(plan, SPAN_FORWARD), example->forward);
    assert_string_equal(list(plan, SPAN_BACKWARD), example->backward);
    assert_string_equal(list(plan, SPAN_EVALUATE), example->evaluate);
    plan_free(plan);
}

static void the_operands_are_those_of_the_operations_that_joined(void **state)
{
    struct plan *plan = plan_of("conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nconv2d = filters=5 kernel=3 "
                                "activation=relu\nmaxpool2d =\nflatten =\n");
    const struct op *first = &plan->ops[1], *second = &plan->ops[2], *dense = &plan->ops[3];
    const struct op *backward = &plan->ops[plan->spans[SPAN_BACKWARD].first];
    const struct op *dw = &backward[3], *dx = &backward[4], *first_dw = &backward[5];
    (void)state;

    assert_int_equal(second->in[0], first->out[0]);
    assert_int_equal(plan_root(plan, dense->in[0]), second->out[0]);
    assert_int_equal(plan->values[second->out[0]].dims[1], 3);
    assert_int_equal(plan->values[second->out[0]].dims[2], 2);
    assert_int_equal(plan->values[second->out[1]].element, ELEMENT_U8);
    assert_int_equal(dw->in[0], second->in[0]);
    assert_int_equal(dw->in[1], backward[2].out[0]);
    assert_int_equal(dw->in[2], second->out[1]);
    assert_int_equal(dx->in[0], dw->in[1]);
    assert_int_equal(dx->in[1], second->in[1]);
    assert_int_equal(dx->in[2], second->out[1]);
    assert_int_equal(first_dw->in[1], dx->out[0]);
    assert_int_equal(first_dw->in[2], first->out[1]);
    for (int i = plan->spans[SPAN_EVALUATE].first; i < plan->spans[SPAN_EVALUATE].end; i++)
        if (plan->ops[i].kind == OP_CONV2D)
            assert_int_equal(plan->ops[i].out[1], VALUE_NONE);
    plan_free(plan);
}

/* What the pool would hide is still wanted by somebody: so it has to be there. */
static void a_map_that_others_need_is_kept(void **state)
{
    const struct op_window convolution = { .height = 4,
                                           .width = 4,
                                           .channels = 1,
                                           .out_height = 4,
                                           .out_width = 4,
                                           .out_channels = 2,
                                           .kernel_height = 1,
                                           .kernel_width = 1,
                                           .stride = 1 };
    struct plan plan = { .batch = 1 };
    struct plan_builder b = { .plan = &plan };
    value x = plan_activation(&b, "x", shape_image(4, 4, 1)), w = plan_activation(&b, "w", shape_flat(2));
    value c = plan_activation(&b, "c", shape_image(4, 4, 2)), flat = plan_reshape(&b, c, shape_flat(32));
    value pooled = plan_activation(&b, "pooled", shape_image(2, 2, 2)),
          mean = plan_activation(&b, "mean", shape_flat(2));
    (void)state;

    plan_append(&b, &(struct op){ .kind = OP_CONV2D,
                                  .in = { x, w, VALUE_NONE },
                                  .out = { c, VALUE_NONE, VALUE_NONE },
                                  .window = convolution });
    plan_append(&b, &(struct op){ .kind = OP_MAX_POOL,
                                  .in = { c },
                                  .out = { pooled, VALUE_NONE },
                                  .window = op_pool_window(&convolution) });
    plan_append(&b, &(struct op){ .kind = OP_DENSE,
                                  .in = { flat, w, VALUE_NONE },
                                  .out = { mean },
                                  .dense = { .inputs = 32, .outputs = 2 } });
    assert_false(b.failed);
    plan_fuse_pools(&plan);
    assert_int_equal(plan.n_ops, 3);
    assert_false(plan.ops[0].window.pooled);
    plan.n_ops = 2; /* without the third nobody does */
    plan_fuse_pools(&plan);
    assert_int_equal(plan.n_ops, 1);
    assert_true(plan.ops[0].window.pooled);
    assert_int_equal(plan.ops[0].out[0], pooled);
    free(plan.values);
    free(plan.ops);
}

static void the_environment_turns_it_off(void **state)
{
    static const char layers[] = "conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n";
    (void)state;

    setenv("CUVETTE_FUSE", "0", 1);

    struct plan *apart = plan_of(layers);

    setenv("CUVETTE_FUSE", "1", 1);

    struct plan *merged = plan_of(layers);

    unsetenv("CUVETTE_FUSE");
    assert_string_equal(list(apart, SPAN_FORWARD), "GATHER CONV2D ACTIVATION MAX_POOL DENSE SOFTMAX_LOSS");
    assert_string_equal(list(apart, SPAN_BACKWARD),
                        "SOFTMAX_LOSS_GRADIENT DENSE_WEIGHT_GRADIENT DENSE_INPUT_GRADIENT MAX_POOL_GRADIENT "
                        "ACTIVATION_GRADIENT CONV2D_WEIGHT_GRADIENT");
    assert_string_equal(list(merged, SPAN_FORWARD), "GATHER CONV2D+relu+pooled DENSE SOFTMAX_LOSS");
    plan_free(apart);
    plan_free(merged);
}

/* ResNet-20 has a batch norm behind each of its convolutions: 19 of 3×3, and 2 projections. */
static void every_batch_norm_of_resnet20_is_told_moments(void **state)
{
    enum { NORMS = 21 };
    static struct recipe recipe;
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_load(&recipe, "resnet20", &e), e);
    for (int fuse = 0; fuse < 2; fuse++) {
        int told = 0, norms = 0;

        setenv("CUVETTE_FUSE", fuse ? "1" : "0", 1);

        struct plan *plan = compile_recipe(&recipe, shape_image(32, 32, 3), 10, true, &e);

        assert_good(plan, e);
        for (int i = 0; i < plan->n_ops; i++) {
            const struct op *op = &plan->ops[i];

            norms += op->kind == OP_BATCH_NORM;
            if (!has_moments(op) || op->kind != OP_BATCH_NORM)
                continue;
            told++;
            assert_int_equal(op->in[4], op[-1].out[2]);
            assert_int_equal(op->in[0], op[-1].out[0]);
            assert_int_equal(plan->values[op->in[4]].dims[1], op->norm.channels);
        }
        assert_int_equal(norms, NORMS);
        assert_int_equal(told, fuse ? NORMS : 0);
        for (int i = plan->spans[SPAN_EVALUATE].first; i < plan->spans[SPAN_EVALUATE].end; i++)
            assert_false(has_moments(&plan->ops[i]));
        plan_free(plan);
    }
    unsetenv("CUVETTE_FUSE");
}

/* The maps before the pools of the CIFAR-10 lesson are most of its memory. */
static void memory_is_saved(void **state)
{
    static struct recipe recipe;
    struct error e = { 0 };
    size_t bytes[2];
    (void)state;

    assert_good(recipe_load(&recipe, "cifar10-lesson", &e), e);
    for (int fuse = 0; fuse < 2; fuse++) {
        setenv("CUVETTE_FUSE", fuse ? "1" : "0", 1);

        struct plan *plan = compile_recipe(&recipe, shape_image(32, 32, 3), 10, true, &e);

        assert_good(plan, e);
        bytes[fuse] = plan->arena_bytes[ARENA_ACTIVATIONS];
        for (int i = 0; fuse && i < plan->n_ops; i++)
            assert_true(plan->ops[i].kind != OP_MAX_POOL && plan->ops[i].kind != OP_MAX_POOL_GRADIENT);
        plan_free(plan);
    }
    unsetenv("CUVETTE_FUSE");
    assert_in_range(bytes[1], 1, bytes[0] / 3);
}

/* Both gradients of a layer, unless only the weights' is wanted; none where everything stays on its own. */
static void gradients_of_a_layer_are_side_by_side(void **state)
{
    static const char layers[] =
        "conv2d = filters=4 kernel=3\nconv2d = filters=4 kernel=3\nflatten =\ndense = units=5\n";
    struct plan *plan = plan_of(layers);
    (void)state;

    for (int i = 0; i < plan->n_ops; i++) {
        const struct op *op = &plan->ops[i];
        bool weights = op->kind == OP_CONV2D_WEIGHT_GRADIENT || op->kind == OP_DENSE_WEIGHT_GRADIENT;

        assert_int_equal(op->beside_next, weights && op->layer > 0);
    }
    plan_free(plan);
    setenv("CUVETTE_FUSE", "0", 1);
    plan = plan_of(layers);
    unsetenv("CUVETTE_FUSE");
    for (int i = 0; i < plan->n_ops; i++)
        assert_false(plan->ops[i].beside_next);
    plan_free(plan);
}

static void the_print_tells(void **state)
{
    struct plan *plan = plan_of("conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n");
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    (void)state;

    assert_non_null(out);
    plan_print(plan, out);
    fclose(out);
    assert_non_null(strstr(text, " relu pooled\n"));
    assert_non_null(strstr(text, "winner[4,6,5,4]"));
    free(text);
    plan_free(plan);
}

int main(void)
{
    enum { EXAMPLES = sizeof examples / sizeof *examples };
    struct CMUnitTest tests[] = {
        [EXAMPLES] = cmocka_unit_test(the_operands_are_those_of_the_operations_that_joined),
        cmocka_unit_test(a_map_that_others_need_is_kept),
        cmocka_unit_test(the_environment_turns_it_off),
        cmocka_unit_test(every_batch_norm_of_resnet20_is_told_moments),
        cmocka_unit_test(memory_is_saved),
        cmocka_unit_test(gradients_of_a_layer_are_side_by_side),
        cmocka_unit_test(the_print_tells),
    };

    for (int i = 0; i < EXAMPLES; i++)
        tests[i] = (struct CMUnitTest){ examples[i].name, test_example, NULL, NULL, (void *)(uintptr_t)&examples[i] };
    return cmocka_run_group_tests_name("merged operations", tests, NULL, NULL);
}
