/* What a run's model file says of its network, in Keras's words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <hdf5.h>
#include <jansson.h>

#include "base/hdf5.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"
#include "run/model/keras/keras_recipe.h"
#include "tests/support/drawn_model.h"
#include "tests/support/folder.h"

static json_t *read_config(const char *path)
{
    char *text = NULL;

    hdf5_lock();
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), attribute = H5Aopen(file, "model_config", H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    assert_true(H5Aread(attribute, type, &text) >= 0);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Fclose(file);
    hdf5_unlock();
    json_t *config = json_loads(text, 0, NULL);
    assert_non_null(config);
    H5free_memory(text);
    return config;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_a_plain_stack_is_described_layer_by_layer(void **state)
{
    static const char *const expected[] = {
        "InputLayer", "Rescaling", "Conv2D", "BatchNormalization", "LeakyReLU", "Conv2D", "AveragePooling2D", "Dropout",
        "Flatten",    "Dense",     "Dense"
    };
    struct drawn_model m;

    drawn_model_make(&m, drawn_model_everything, shape_image(13, 11, 3), true);
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    json_t *whole = read_config(folder_path(*state, "model.h5"));
    json_t *layers = json_object_get(json_object_get(whole, "config"), "layers");
    assert_string_equal(text_at(whole, "class_name"), "Sequential");
    assert_int_equal(json_array_size(layers), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < json_array_size(layers); i++)
        assert_string_equal(text_at(json_array_get(layers, i), "class_name"), expected[i]);
    json_t *first = json_object_get(json_array_get(layers, 2), "config");
    json_t *second = json_object_get(json_array_get(layers, 5), "config");
    json_t *last = json_object_get(json_array_get(layers, 10), "config");
    assert_string_equal(text_at(first, "padding"), "same");
    assert_true(json_is_false(json_object_get(first, "use_bias")));
    assert_string_equal(text_at(second, "padding"), "valid");
    assert_string_equal(text_at(second, "activation"), "relu");
    assert_string_equal(text_at(second, "name"), "conv2d_1");
    assert_string_equal(text_at(last, "activation"), "softmax");
    json_decref(whole);
    drawn_model_free(&m);
}

/* In Keras a pool is a layer, even when a convolution has taken it in here. */
static void test_a_pool_that_joined_a_convolution_is_a_layer(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\n"
                                 "conv2d = filters=5 kernel=3\nflatten =\ndense = units=3\n";
    static const char *const expected[] = { "InputLayer", "Rescaling", "Conv2D",  "MaxPooling2D",
                                            "Conv2D",     "Flatten",   "Dense" };
    struct drawn_model m;

    drawn_model_make(&m, layers, shape_image(13, 11, 3), true);
    assert_true(m.plan->ops[1].window.pooled);
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    json_t *whole = read_config(folder_path(*state, "model.h5"));
    json_t *described = json_object_get(json_object_get(whole, "config"), "layers");
    assert_int_equal(json_array_size(described), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < json_array_size(described); i++)
        assert_string_equal(text_at(json_array_get(described, i), "class_name"), expected[i]);
    json_t *convolution = json_object_get(json_array_get(described, 2), "config");
    json_t *pool = json_object_get(json_array_get(described, 3), "config");
    assert_string_equal(text_at(convolution, "activation"), "relu");
    assert_string_equal(text_at(convolution, "padding"), "same");
    assert_string_equal(text_at(pool, "padding"), "valid");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(json_integer_value(json_array_get(json_object_get(pool, "pool_size"), i)), 2);
        assert_int_equal(json_integer_value(json_array_get(json_object_get(pool, "strides"), i)), 2);
    }
    json_decref(whole);
    drawn_model_free(&m);
    drawn_model_comes_back(*state, layers, shape_image(13, 11, 3));
}

/* Each is written in Keras's words, and what these say is the same again. */
static void test_every_activation_has_keras_s_name(void **state)
{
    const struct shape input = shape_image(5, 4, 1);
    struct keras_recipe back;
    struct error e = { 0 };
    char layers[1000] = "[layers]\nflatten =\n";
    struct drawn_model m;

    for (int a = ACTIVATION_RELU; a < ACTIVATIONS_COUNT; a++)
        text_append(layers, sizeof layers, "activation = function=%s\n", activation_names[a]);
    text_append(layers, sizeof layers, "dense = units=3\n");
    drawn_model_make(&m, layers, input, true);
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    json_t *whole = read_config(folder_path(*state, "model.h5"));
    char *config = json_dumps(whole, 0);
    json_decref(whole);
    if (!keras_recipe_make(config, &(struct model_wish){ .input = input }, &back, &e))
        fail_msg("%s", e.text);
    assert_int_equal(back.recipe.n_layers, m.recipe.n_layers);
    for (int i = 0; i < m.recipe.n_layers; i++) {
        char there[80], here[80];

        layer_format(&back.recipe.layers[i], there, sizeof there);
        layer_format(&m.recipe.layers[i], here, sizeof here);
        if (!strstr(here, activation_names[ACTIVATION_LEAKY_RELU])) /* its slope comes back as a float has it */
            assert_string_equal(there, here);
        else
            assert_memory_equal(there, here, strlen(here));
    }
    keras_recipe_free(&back);
    free(config);
    drawn_model_free(&m);
}

static const json_t *layer_of(const json_t *whole, size_t i)
{
    return json_array_get(json_object_get(json_object_get(whole, "config"), "layers"), i);
}

static void expect_zeros(const json_t *layer, int top, int bottom)
{
    const json_t *rows = json_array_get(json_object_get(json_object_get(layer, "config"), "padding"), 0);

    assert_string_equal(text_at(layer, "class_name"), "ZeroPadding2D");
    assert_int_equal(json_integer_value(json_array_get(rows, 0)), top);
    assert_int_equal(json_integer_value(json_array_get(rows, 1)), bottom);
}

/* Keras has no word for it but where it is the same as one. */
static void test_padding_half_is_zeros_and_a_valid_window(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=7 stride=2 padding=half\nbatch_norm =\n"
                                 "activation = function=relu\nmaxpool2d = size=3 stride=2 padding=half\n"
                                 "conv2d = filters=5 kernel=3 padding=half\navgpool2d = size=3 stride=2 padding=half\n"
                                 "flatten =\ndense = units=3\n";
    static const char *const expected[] = { "InputLayer",    "Rescaling",          "ZeroPadding2D",
                                            "Conv2D",        "BatchNormalization", "Activation",
                                            "ZeroPadding2D", "MaxPooling2D",       "Conv2D",
                                            "ZeroPadding2D", "AveragePooling2D",   "Flatten",
                                            "Dense" };
    const char *path = folder_path(*state, "model.h5");
    struct drawn_model m;

    drawn_model_make(&m, layers, shape_image(16, 13, 3), true);
    drawn_model_write(&m, path);
    json_t *whole = read_config(path);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(text_at(layer_of(whole, i), "class_name"), expected[i]);
    expect_zeros(layer_of(whole, 2), 3, 3);
    expect_zeros(layer_of(whole, 6), 1, 1);
    assert_string_equal(text_at(json_object_get(layer_of(whole, 3), "config"), "padding"), "valid");
    assert_string_equal(text_at(json_object_get(layer_of(whole, 8), "config"), "padding"), "same");
    json_decref(whole);
    drawn_model_free(&m);
    drawn_model_comes_back(*state, layers, shape_image(16, 13, 3));
}

/* One filter a channel, as Keras's own. */
static void test_a_depthwise_convolution_is_keras_s(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3\n"
                                 "depthwise_conv2d = kernel=5 stride=2 padding=half activation=relu6\n"
                                 "depthwise_conv2d = bias=no\nflatten =\ndense = units=3\n";
    static const char *const expected[] = { "InputLayer",      "Rescaling",       "Conv2D",
                                            "ZeroPadding2D",   "DepthwiseConv2D", "ReLU",
                                            "DepthwiseConv2D", "Flatten",         "Dense" };
    const char *path = folder_path(*state, "model.h5");
    struct keras_recipe back;
    struct error e = { 0 };
    struct drawn_model m;
    char there[100], here[100];

    drawn_model_make(&m, layers, shape_image(16, 13, 3), true);
    drawn_model_write(&m, path);
    json_t *whole = read_config(path);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(text_at(layer_of(whole, i), "class_name"), expected[i]);
    char *config = json_dumps(whole, 0);
    if (!keras_recipe_make(config, &(struct model_wish){ .input = shape_image(16, 13, 3) }, &back, &e))
        fail_msg("%s", e.text);
    layer_format(&back.recipe.layers[1], there, sizeof there);
    assert_string_equal(there, "kernel=5 stride=2 padding=half");
    layer_format(&back.recipe.layers[3], there, sizeof there);
    layer_format(&m.recipe.layers[2], here, sizeof here);
    assert_string_equal(there, here);
    keras_recipe_free(&back);
    free(config);
    json_decref(whole);
    drawn_model_free(&m);
    drawn_model_comes_back(*state, layers, shape_image(16, 13, 3));
}

/* Two operations of ours are one layer of Keras's; zeros that a window took in are a layer again. */
static void test_separable_convolutions_and_zeros_are_keras_s(void **state)
{
    static const char layers[] = "[layers]\nzero_padding2d = top=0 left=2\nconv2d = filters=4 kernel=3 padding=valid\n"
                                 "separable_conv2d = filters=6 stride=2 activation=relu\nmaxpool2d =\n"
                                 "separable_conv2d = filters=5 bias=no activation=relu6\nzero_padding2d = size=2\n"
                                 "flatten =\ndense = units=3\n";
    static const char *const expected[] = {
        "InputLayer", "Rescaling",     "ZeroPadding2D", "Conv2D", "SeparableConv2D", "MaxPooling2D", "SeparableConv2D",
        "ReLU",       "ZeroPadding2D", "Flatten",       "Dense"
    };
    const char *path = folder_path(*state, "model.h5");
    struct keras_recipe back;
    struct error e = { 0 };
    struct drawn_model m;
    char text[100];

    drawn_model_make(&m, layers, shape_image(16, 13, 3), true);
    drawn_model_write(&m, path);
    json_t *whole = read_config(path);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(text_at(layer_of(whole, i), "class_name"), expected[i]);
    assert_string_equal(text_at(json_object_get(layer_of(whole, 4), "config"), "activation"), "relu");
    assert_true(json_is_false(json_object_get(json_object_get(layer_of(whole, 6), "config"), "use_bias")));
    char *config = json_dumps(whole, 0);
    if (!keras_recipe_make(config, &(struct model_wish){ .input = shape_image(16, 13, 3) }, &back, &e))
        fail_msg("%s", e.text);
    assert_string_equal(back.recipe.layers[0].class->name, "zero_padding2d");
    layer_format(&back.recipe.layers[2], text, sizeof text);
    assert_string_equal(text, "filters=6 stride=2 activation=relu");
    layer_format(&back.recipe.layers[4], text, sizeof text);
    assert_string_equal(text, "filters=5 bias=no");
    keras_recipe_free(&back);
    free(config);
    json_decref(whole);
    drawn_model_free(&m);
    drawn_model_comes_back(*state, layers, shape_image(16, 13, 3));
}

/* Zeros would be greater than values below 0. */
static void test_a_padded_max_pool_needs_a_relu_before_it(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3\nmaxpool2d = size=3 stride=2 padding=half\n"
                                 "flatten =\ndense = units=3\n";
    struct drawn_model m;
    struct error e = { 0 };

    drawn_model_make(&m, layers, shape_image(8, 8, 3), true);
    assert_false(model_file_write(folder_path(*state, "model.h5"), &m.recipe, &m.weights, NULL, &e));
    assert_non_null(strstr(e.text, "layer 2 (maxpool2d) cannot be saved in Keras's format"));
    drawn_model_free(&m);
}

static void test_branches_are_described_with_their_inputs(void **state)
{
    struct drawn_model m;
    int additions = 0;

    drawn_model_make(&m, drawn_model_branched, shape_image(9, 8, 3), true);
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    json_t *whole = read_config(folder_path(*state, "model.h5")), *l;
    json_t *layers = json_object_get(json_object_get(whole, "config"), "layers");
    size_t i;
    assert_string_equal(text_at(whole, "class_name"), "Functional");
    json_array_foreach(layers, i, l)
    {
        size_t wanted = strcmp(text_at(l, "class_name"), "Add") == 0 ? 2 : 1;

        additions += wanted == 2;
        if (i > 0)
            assert_int_equal(json_array_size(json_array_get(json_object_get(l, "inbound_nodes"), 0)), wanted);
    }
    assert_int_equal(additions, 2);
    json_decref(whole);
    drawn_model_free(&m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_plain_stack_is_described_layer_by_layer),
        TEST(test_a_pool_that_joined_a_convolution_is_a_layer),
        TEST(test_every_activation_has_keras_s_name),
        TEST(test_padding_half_is_zeros_and_a_valid_window),
        TEST(test_a_depthwise_convolution_is_keras_s),
        TEST(test_separable_convolutions_and_zeros_are_keras_s),
        TEST(test_a_padded_max_pool_needs_a_relu_before_it),
        TEST(test_branches_are_described_with_their_inputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
