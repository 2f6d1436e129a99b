/* Blocks as Keras layers: what is written of each layer with branches is read as the same layer again, and what is not
 * quite a block is refused with its place. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/keras/keras_config.h"
#include "run/model/keras/keras_recipe.h"

static const struct shape input = { .rank = 3, .height = 10, .width = 9, .channels = 3 };

/* What Keras is told of a recipe; free() it. */
static char *described(struct recipe *recipe, enum keras_form form, const char *layers)
{
    struct error e = { 0 };
    char text[1000];

    snprintf(text, sizeof text, "[layers]\n%s", layers);
    recipe_preset(recipe);
    assert_good(recipe_parse(recipe, text, "test", &e), e);
    struct plan *plan = compile_recipe(recipe, input, 3, false, &e);
    assert_good(plan, e);
    struct keras_model *model = keras_model_new(recipe, plan, &e);
    assert_good(model, e);
    float *statistics = calloc(1, plan->arena_bytes[ARENA_STATISTICS]);
    char *config = keras_config(model, form, "test", statistics, &e);
    assert_good(config, e);
    free(statistics);
    keras_model_free(model);
    plan_free(plan);
    return config;
}

static void expect_back_from(enum keras_form form, const char *layers)
{
    static struct recipe recipe;
    struct keras_recipe back;
    struct error e = { 0 };
    char *config = described(&recipe, form, layers);

    print_message("%s", layers);
    assert_good(keras_recipe_make(config, &(struct model_wish){ .input = input }, &back, &e), e);
    assert_int_equal(back.recipe.n_layers, recipe.n_layers);
    for (int i = 0; i < recipe.n_layers; i++) {
        char there[200], here[200];

        layer_format(&back.recipe.layers[i], there, sizeof there);
        layer_format(&recipe.layers[i], here, sizeof here);
        assert_string_equal(back.recipe.layers[i].class->name, recipe.layers[i].class->name);
        assert_string_equal(there, here);
    }
    keras_recipe_free(&back);
    free(config);
}

static void expect_back(const char *layers)
{
    expect_back_from(KERAS_FORM_H5, layers);
    expect_back_from(KERAS_FORM_ZIP, layers);
}

#define END "dense = units=3\n"

static void blocks_come_back(void **state)
{
    (void)state;
    expect_back("residual = filters=3\nresidual = filters=4 activation=silu epsilon=1e-05 momentum=0.9\n"
                "global_maxpool =\n" END);
    expect_back("residual = filters=4 stride=2 padding=half\nresidual = filters=4 stride=2\nglobal_avgpool =\n" END);
    expect_back("bottleneck = filters=4\nbottleneck = filters=4 activation=relu6\nflatten =\n" END);
    expect_back("bottleneck = filters=5 expansion=3 stride=2\n"
                "bottleneck = filters=5 expansion=2 stride=2 stride_first=yes epsilon=1.001e-05\nflatten =\n" END);
    expect_back("conv2d = filters=4\nbottleneck = filters=4 expansion=1 stride=2 padding=half\nflatten =\n" END);
    expect_back("inverted_residual = filters=3 expansion=2\ninverted_residual = filters=3 expansion=1 kernel=5\n"
                "inverted_residual = filters=3 squeeze_excite=0.3333333 activation=silu epsilon=0.01\n"
                "flatten =\n" END);
    expect_back("squeeze_excite = filters=2\nsqueeze_excite = filters=1 activation=silu\nflatten =\n" END);
    expect_back("conv2d = filters=4\nsqueeze_excite = filters=5 activation=relu6\nresidual = filters=4\n"
                "flatten =\n" END);
}

/* Changes a word of a description, and expects this to be told. */
static void expect_refused(const char *layers, const char *from, const char *to, const char *words)
{
    static struct recipe recipe;
    struct keras_recipe back;
    struct error e = { 0 };
    char *config = described(&recipe, KERAS_FORM_H5, layers), *at = strstr(config, from), *changed;
    size_t room = strlen(config) + strlen(to) + 1;

    assert_non_null(at);
    changed = malloc(room);
    snprintf(changed, room, "%.*s%s%s", (int)(at - config), config, to, at + strlen(from));
    assert_bad(keras_recipe_make(changed, &(struct model_wish){ .input = input }, &back, &e), e, words);
    keras_recipe_free(&back);
    free(changed);
    free(config);
}

static void what_is_no_block_is_refused_with_its_place(void **state)
{
    static const char residual[] = "residual = filters=3\nflatten =\n" END;
    static const char bottleneck[] = "bottleneck = filters=4\nflatten =\n" END;
    static const char inverted[] = "inverted_residual = filters=3 expansion=2\nflatten =\n" END;
    static const char gate[] = "squeeze_excite = filters=2\nflatten =\n" END;

    (void)state;
    expect_refused(residual, "\"epsilon\":0.0010000000474974513", "\"epsilon\":0.01",
                   "and another normalisation of its block has 0.01");
    expect_refused(residual, "\"dilation_rate\":[1,1]", "\"dilation_rate\":[2,2]", "has a plain convolution here");
    expect_refused(residual, "\"activation\":\"relu\"", "\"activation\":\"tanh\"", "than that within its block");
    expect_refused(residual, "\"padding\":\"same\"", "\"padding\":\"valid\"", "half a kernel a side");
    expect_refused(residual, "\"strides\":[1,1]", "\"strides\":[2000000000,2000000000]", "strides is 2000000000");
    expect_refused(bottleneck, "\"filters\":4", "\"filters\":5", "filters is 4, and in this place");
    expect_refused(bottleneck, "\"class_name\":\"Add\"", "\"class_name\":\"Multiply\"", "has an Add here");
    expect_refused(inverted, "\"depth_multiplier\":1", "\"depth_multiplier\":2", "has a plain convolution here");
    expect_refused(inverted, "\"filters\":6", "\"filters\":7", "a whole number of channels for each that goes in");
    expect_refused(gate, "\"activation\":\"sigmoid\"", "\"activation\":\"tanh\"", "ends in sigmoid");
    expect_refused(gate, "\"use_bias\":true", "\"use_bias\":false", "have a bias");
    expect_refused(gate, "\"keepdims\":true", "\"keepdims\":false", "has a Reshape here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_back),
        cmocka_unit_test(what_is_no_block_is_refused_with_its_place),
    };

    return cmocka_run_group_tests_name("blocks as Keras layers", tests, NULL, NULL);
}
