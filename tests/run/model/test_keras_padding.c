/* Zeros that Keras has as a layer of their own, and which padding of ours they are. */
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#include "run/model/keras/keras_recipe.h"

#define LAYER(class, name, settings) "{\"class_name\":\"" class "\",\"config\":{\"name\":\"" name "\"" settings "}}"
#define PAD(amounts)                 LAYER("ZeroPadding2D", "pad", ",\"padding\":" amounts)
#define CONV(settings)               LAYER("Conv2D", "conv", ",\"filters\":4" settings)
#define RELU                         LAYER("ReLU", "relu", "")
#define POOL                         LAYER("MaxPooling2D", "pool", ",\"pool_size\":[3,3],\"strides\":[2,2]")
#define MEAN                         LAYER("AveragePooling2D", "mean", ",\"pool_size\":[3,3],\"strides\":[2,2]")

static bool read_model(const char *layers, struct keras_recipe *r, struct error *e)
{
    const struct model_wish wish = { .input = shape_image(16, 13, 3) };
    char text[2048];

    snprintf(text, sizeof text, "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[%s,%s,%s]}}",
             layers, LAYER("Flatten", "flat", ""), LAYER("Dense", "dense", ",\"units\":3,\"activation\":\"softmax\""));
    return keras_recipe_make(text, &wish, r, e);
}

static void expect_layer(const char *layers, int at, const char *name, const char *settings)
{
    struct keras_recipe r;
    struct error e = { 0 };
    char text[256];

    assert_good(read_model(layers, &r, &e), e);
    assert_string_equal(r.recipe.layers[at].class->name, name);
    layer_format(&r.recipe.layers[at], text, sizeof text);
    if (!strstr(text, settings))
        fail_msg("\"%s\" does not have \"%s\"", text, settings);
    keras_recipe_free(&r);
}

static void expect_refused(const char *layers, const char *words)
{
    struct keras_recipe r;
    struct error e = { 0 };

    assert_bad(read_model(layers, &r, &e), e, words);
    keras_recipe_free(&r);
}

static void zeros_before_a_window_are_its_padding(void **state)
{
    (void)state;
    expect_layer(PAD("[[3,3],[3,3]]") "," CONV(",\"kernel_size\":7,\"strides\":2"), 0, "conv2d", "padding=half");
    expect_layer(PAD("3") "," CONV(",\"kernel_size\":7,\"strides\":2"), 0, "conv2d", "padding=half");
    expect_layer(PAD("[1,1]") "," CONV(",\"kernel_size\":3"), 0, "conv2d", "padding=half");
    expect_layer(PAD("[[1,1],[1,1]]") "," MEAN, 0, "avgpool2d", "padding=half");
    expect_layer(CONV(",\"kernel_size\":3") "," RELU "," PAD("[[1,1],[1,1]]") "," POOL, 2, "maxpool2d", "padding=half");
}

/* 16 rows and 13 columns in steps of 2: one row below, a column on either side. */
static void zeros_as_those_of_same_are_same(void **state)
{
    (void)state;
    expect_layer(PAD("[[0,1],[1,1]]") "," CONV(",\"kernel_size\":3,\"strides\":2"), 0, "conv2d",
                 "filters=4 stride=2"); /* same is the preset */
}

static void other_zeros_are_a_layer(void **state)
{
    (void)state;
    expect_layer(PAD("[[0,2],[1,3]]") "," CONV(",\"kernel_size\":3"), 0, "zero_padding2d",
                 "top=0 bottom=2 left=1 right=3");
    expect_layer(PAD("2") "," CONV(",\"kernel_size\":3"), 1, "conv2d", "padding=valid");
    expect_layer(PAD("1") "," CONV(",\"kernel_size\":3,\"padding\":\"same\""), 0, "zero_padding2d", "top=1");
    expect_layer(PAD("[[0,1],[1,1]]") "," MEAN, 0, "zero_padding2d", "top=0 bottom=1");
    expect_layer(CONV(",\"kernel_size\":3") "," PAD("1") "," POOL, 1, "zero_padding2d", "top=1");
    expect_layer(PAD("1") "," PAD("1") "," CONV(",\"kernel_size\":3"), 0, "zero_padding2d", "top=1");
    expect_layer(PAD("1"), 0, "zero_padding2d", "top=1");
}

static void zeros_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_refused(PAD("[1,2,3]"), "is not one, two or four numbers");
    expect_refused(PAD("[-1,2]"), "is not one, two or four numbers");
    expect_refused(PAD("1e99"), "is not one, two or four numbers");
    expect_refused(PAD("1") "," CONV(",\"kernel_size\":2147483647"), "layer 2, conv");
    expect_refused(PAD("1") "," CONV(",\"kernel_size\":3,\"strides\":-2"), "layer 2, conv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_before_a_window_are_its_padding),
        cmocka_unit_test(zeros_as_those_of_same_are_same),
        cmocka_unit_test(other_zeros_are_a_layer),
        cmocka_unit_test(zeros_that_cannot_be_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
