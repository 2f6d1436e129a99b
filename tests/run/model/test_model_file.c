#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <hdf5.h>
#include <jansson.h>

#include "base/hdf5.h"
#include "base/text.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"
#include "run/model/keras/keras_recipe.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"

static const char everything[] = "[layers]\n"
                                 "conv2d = filters=4 kernel=3 padding=same stride=2 bias=no\n"
                                 "batch_norm =\n"
                                 "activation = function=leaky_relu slope=0.1\n"
                                 "conv2d = filters=6 kernel=2 padding=valid activation=relu\n"
                                 "avgpool2d =\n"
                                 "dropout = rate=0.25\n"
                                 "flatten =\n"
                                 "dense = units=7 activation=tanh\n"
                                 "dense = units=3\n";

static const char branched[] = "[layers]\n"
                               "conv2d = filters=4 kernel=3\n"
                               "residual = filters=4\n"
                               "residual = filters=8 stride=2\n"
                               "upsample2d = size=3\n"
                               "global_avgpool =\n"
                               "dense = units=3\n";

static const char (*const class_names)[CLASS_NAME_SIZE] = (const char[][CLASS_NAME_SIZE]){ "cat", "dög", "" };

/* A recipe's plan with weights that are all different. */
struct model {
    struct recipe recipe;
    struct plan *plan;
    float *parameters, *statistics;
    struct trainer_weights weights;
};

static float *numbers(const struct plan *plan, enum arena arena)
{
    float *to = calloc(1, plan->arena_bytes[arena] + 1);

    assert_non_null(to);
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];

        if (p->arena == arena && !p->whole && p->alias == VALUE_NONE)
            for (size_t i = 0; i < plan_value_count(p); i++)
                to[p->offset / sizeof *to + i] = 0.5f + (float)v + (float)i * 0x1p-12f;
    }
    return to;
}

static void model_make(struct model *m, const char *layers, struct shape input, bool training)
{
    struct error e = { 0 };

    recipe_preset(&m->recipe);
    if (!recipe_parse(&m->recipe, layers, "test", &e))
        fail_msg("%s", e.text);
    strcpy(m->recipe.name, "try it");
    m->recipe.training.batch = 2;
    m->plan = compile_recipe(&m->recipe, input, 3, training, &e);
    if (!m->plan)
        fail_msg("%s", e.text);
    m->parameters = numbers(m->plan, ARENA_PARAMETERS);
    m->statistics = numbers(m->plan, ARENA_STATISTICS);
    m->weights = (struct trainer_weights){ .plan = m->plan,
                                           .parameters = m->parameters,
                                           .statistics = m->statistics,
                                           .input = input,
                                           .classes = 3,
                                           .dataset = "pets",
                                           .class_names = class_names };
}

static void model_free(struct model *m)
{
    plan_free(m->plan);
    free(m->parameters);
    free(m->statistics);
}

static void expect_written(const struct model *m, const char *path)
{
    struct error e = { 0 };

    if (!model_file_write(path, &m->recipe, &m->weights, NULL, &e))
        fail_msg("%s", e.text);
}

/* Written from a plan for training, read into one for evaluation alone. */
static void expect_back(void **state, const char *layers, struct shape input)
{
    const char *path = folder_path(*state, "model.h5");
    struct model m, back;
    struct error e = { 0 };

    model_make(&m, layers, input, true);
    model_make(&back, layers, input, false);
    expect_written(&m, path);
    memset(back.parameters, 0xFF, back.plan->arena_bytes[ARENA_PARAMETERS]);
    memset(back.statistics, 0xFF, back.plan->arena_bytes[ARENA_STATISTICS]);
    if (!h5_weights_read(path, &back.recipe, back.plan, back.parameters, back.statistics, &e))
        fail_msg("%s", e.text);
    assert_int_equal(m.plan->arena_bytes[ARENA_PARAMETERS], back.plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m.parameters, back.parameters, m.plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m.statistics, back.statistics, m.plan->arena_bytes[ARENA_STATISTICS]);
    assert_int_equal(folder_entries(*state), 1);
    model_free(&m);
    model_free(&back);
}

static void test_weights_come_back_bit_for_bit(void **state)
{
    expect_back(state, everything, shape_image(13, 11, 3));
    expect_back(state, "[layers]\nflatten=\ndense = units=3 bias=no\n", shape_image(5, 5, 1));
}

static void test_weights_of_branches_come_back_bit_for_bit(void **state)
{
    expect_back(state, branched, shape_image(9, 8, 3));
}

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

/* An attribute ends at 64 KiB; the names of many classes need more. */
static void test_many_long_class_names_fit(void **state)
{
    enum { CLASSES = 1024 };
    static char names[CLASSES][CLASS_NAME_SIZE];
    struct model m;
    int count;

    for (int i = 0; i < CLASSES; i++)
        snprintf(names[i], sizeof names[i], "class %056d", i);
    model_make(&m, branched, shape_image(9, 8, 3), true);
    m.weights.classes = CLASSES;
    m.weights.class_names = (const char(*)[CLASS_NAME_SIZE])names;
    expect_written(&m, folder_path(*state, "model.h5"));
    hdf5_lock();
    hid_t file = H5Fopen(folder_path(*state, "model.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t own = H5Gopen2(file, "cuvette", H5P_DEFAULT);
    char **back = hdf5_values_read_names(own, "class_names", &count);
    H5Gclose(own);
    H5Fclose(file);
    hdf5_unlock();
    assert_int_equal(count, CLASSES);
    assert_string_equal(back[CLASSES - 1], names[CLASSES - 1]);
    hdf5_values_free_names(back, count);
    model_free(&m);
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
    struct model m;

    model_make(&m, everything, shape_image(13, 11, 3), true);
    expect_written(&m, folder_path(*state, "model.h5"));
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
    model_free(&m);
}

/* In Keras a pool is a layer, even when a convolution has taken it in here. */
static void test_a_pool_that_joined_a_convolution_is_a_layer(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\n"
                                 "conv2d = filters=5 kernel=3\nflatten =\ndense = units=3\n";
    static const char *const expected[] = { "InputLayer", "Rescaling", "Conv2D",  "MaxPooling2D",
                                            "Conv2D",     "Flatten",   "Dense" };
    struct model m;

    model_make(&m, layers, shape_image(13, 11, 3), true);
    assert_true(m.plan->ops[1].window.pooled);
    expect_written(&m, folder_path(*state, "model.h5"));
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
    model_free(&m);
    expect_back(state, layers, shape_image(13, 11, 3));
}

/* Each is written in Keras's words, and what these say is the same again. */
static void test_every_activation_has_keras_s_name(void **state)
{
    const struct shape input = shape_image(5, 4, 1);
    struct keras_recipe back;
    struct error e = { 0 };
    char layers[1000] = "[layers]\nflatten =\n";
    struct model m;

    for (int a = ACTIVATION_RELU; a < ACTIVATIONS_COUNT; a++)
        text_append(layers, sizeof layers, "activation = function=%s\n", activation_names[a]);
    text_append(layers, sizeof layers, "dense = units=3\n");
    model_make(&m, layers, input, true);
    expect_written(&m, folder_path(*state, "model.h5"));
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
    model_free(&m);
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
    struct model m;

    model_make(&m, layers, shape_image(16, 13, 3), true);
    expect_written(&m, path);
    json_t *whole = read_config(path);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(text_at(layer_of(whole, i), "class_name"), expected[i]);
    expect_zeros(layer_of(whole, 2), 3, 3);
    expect_zeros(layer_of(whole, 6), 1, 1);
    assert_string_equal(text_at(json_object_get(layer_of(whole, 3), "config"), "padding"), "valid");
    assert_string_equal(text_at(json_object_get(layer_of(whole, 8), "config"), "padding"), "same");
    json_decref(whole);
    model_free(&m);
    expect_back(state, layers, shape_image(16, 13, 3));
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
    struct model m;
    char there[100], here[100];

    model_make(&m, layers, shape_image(16, 13, 3), true);
    expect_written(&m, path);
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
    model_free(&m);
    expect_back(state, layers, shape_image(16, 13, 3));
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
    struct model m;
    char text[100];

    model_make(&m, layers, shape_image(16, 13, 3), true);
    expect_written(&m, path);
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
    model_free(&m);
    expect_back(state, layers, shape_image(16, 13, 3));
}

/* Zeros would be greater than values below 0. */
static void test_a_padded_max_pool_needs_a_relu_before_it(void **state)
{
    static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3\nmaxpool2d = size=3 stride=2 padding=half\n"
                                 "flatten =\ndense = units=3\n";
    struct model m;
    struct error e = { 0 };

    model_make(&m, layers, shape_image(8, 8, 3), true);
    assert_false(model_file_write(folder_path(*state, "model.h5"), &m.recipe, &m.weights, NULL, &e));
    assert_non_null(strstr(e.text, "layer 2 (maxpool2d) cannot be saved in Keras's format"));
    model_free(&m);
}

static void test_branches_are_described_with_their_inputs(void **state)
{
    struct model m;
    int additions = 0;

    model_make(&m, branched, shape_image(9, 8, 3), true);
    expect_written(&m, folder_path(*state, "model.h5"));
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
    model_free(&m);
}

static void expect_refused(const char *path, const struct model *m, const char *words)
{
    struct error e = { 0 };
    float *parameters = calloc(1, m->plan->arena_bytes[ARENA_PARAMETERS] + 1);
    float *statistics = calloc(1, m->plan->arena_bytes[ARENA_STATISTICS] + 1);

    assert_false(h5_weights_read(path, &m->recipe, m->plan, parameters, statistics, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    if (!strstr(e.text, words))
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
    free(parameters);
    free(statistics);
}

static void test_the_model_of_another_recipe_is_refused(void **state)
{
    const char *path = folder_path(*state, "model.h5");
    struct model m, other;

    model_make(&m, everything, shape_image(13, 11, 3), true);
    expect_written(&m, path);
    model_make(&other, "[layers]\nflatten=\ndense = units=3\n", shape_image(13, 11, 3), false);
    expect_refused(path, &other, "");
    model_free(&other);
    model_make(&other, "[layers]\nconv2d = filters=4 stride=2 bias=no\nflatten=\ndense = units=3\n",
               shape_image(13, 11, 3), false);
    expect_refused(path, &other, "layer batch_normalization has 4 weights");
    model_free(&other);
    model_make(&other, everything, shape_image(13, 11, 1), false);
    expect_refused(path, &other, "kernel of layer conv2d is 3x3x3x4, but the recipe makes it 3x3x1x4");
    model_free(&other);

    char longer[sizeof everything + 64];
    snprintf(longer, sizeof longer, "%sdense = units=3\n", everything);
    model_make(&other, longer, shape_image(13, 11, 3), false);
    expect_refused(path, &other, "it has 5 layers with weights, the recipe has 6");
    model_free(&other);
    model_make(&other, longer, shape_image(13, 11, 3), true);
    expect_written(&other, path);
    expect_refused(path, &m, "it has 6 layers with weights, the recipe has 5");
    model_free(&other);
    model_free(&m);
}

static void test_foreign_files_are_refused(void **state)
{
    const char *path = folder_path(*state, "model.h5");
    struct model m;
    struct error e = { 0 };

    model_make(&m, everything, shape_image(13, 11, 3), true);
    assert_false(h5_weights_read(folder_path(*state, "absent.h5"), &m.recipe, m.plan, m.parameters, m.statistics, &e));
    assert_int_equal(e.kind, ERROR_IO);
    folder_put(*state, "model.h5", "not HDF5 at all");
    expect_refused(path, &m, "model.h5");

    hdf5_lock();
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t group = H5Gcreate2(file, "x_train", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
    H5Fclose(file);
    hdf5_unlock();
    expect_refused(path, &m, "no model_weights");
    model_free(&m);
}

/* A model that somebody sent must not make the program read another file. */
static void test_numbers_in_another_file_are_refused(void **state)
{
    static const char *const names[] = { "model_weights/conv2d/conv2d/kernel:0", "cuvette/normalisation" };
    const char *path = folder_path(*state, "model.h5");
    const hsize_t sizes[][4] = { { 3, 3, 3, 4 }, { 2, 3 } };
    const int ranks[] = { 4, 2 };
    struct model m;

    model_make(&m, everything, shape_image(13, 11, 3), true);
    for (int i = 0; i < 2; i++) {
        expect_written(&m, path);
        hdf5_lock();
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), creation = H5Pcreate(H5P_DATASET_CREATE);
        hid_t space = H5Screate_simple(ranks[i], sizes[i], NULL);

        assert_true(H5Ldelete(file, names[i], H5P_DEFAULT) >= 0);
        assert_true(H5Pset_external(creation, "/dev/zero", 0, H5F_UNLIMITED) >= 0);
        hid_t elsewhere = H5Dcreate2(file, names[i], H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);

        assert_true(elsewhere >= 0);
        H5Dclose(elsewhere);
        H5Sclose(space);
        H5Pclose(creation);
        H5Fclose(file);
        hdf5_unlock();
        expect_refused(path, &m, "names another file for its numbers");
    }
    model_free(&m);
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    struct model m;
    char *bytes = malloc(1 << 20);

    assert_non_null(bytes);
    model_make(&m, everything, shape_image(13, 11, 3), true);
    expect_written(&m, folder_path(*state, "model.h5"));
    FILE *in = fopen(folder_path(*state, "model.h5"), "rb");
    assert_non_null(in);
    size_t size = fread(bytes, 1, 1 << 20, in);
    fclose(in);
    for (size_t cut = 0; cut < size; cut += size / 23 + 1)
        expect_refused(folder_write(*state, "cut.h5", bytes, cut), &m, "cut.h5");
    free(bytes);
    model_free(&m);
}

/* Whatever has changed in it, a file is read or refused with words. */
static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FILES = 60 };
    const char *path = folder_path(*state, "model.h5");
    struct model m, back;

    model_make(&m, everything, shape_image(9, 9, 2), true);
    model_make(&back, everything, shape_image(9, 9, 2), false);
    expect_written(&m, path);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct error e = { 0 };

        damage_file(path, folder_path(*state, "changed.h5"), seed);
        assert_true(h5_weights_read(folder_path(*state, "changed.h5"), &back.recipe, back.plan, back.parameters,
                                    back.statistics, &e) || e.text[0]);
    }
    model_free(&m);
    model_free(&back);
}

static void test_places_that_cannot_be_written_are_told(void **state)
{
    struct model m;
    struct error e = { 0 };

    model_make(&m, branched, shape_image(9, 8, 3), true);
    folder_put(*state, "file", "");
    assert_false(model_file_write(folder_path(*state, "file/model.h5"), &m.recipe, &m.weights, NULL, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(model_file_write(folder_path(*state, "model.bin"), &m.recipe, &m.weights, NULL, &e));
    assert_int_equal(e.kind, ERROR_USAGE);
    assert_int_equal(folder_entries(*state), 1);
    model_free(&m);
}

static void test_no_space_leaves_nothing_and_the_next_file_is_fine(void **state)
{
    struct model m;
    struct rlimit before, small;

    model_make(&m, "[layers]\nflatten=\ndense = units=2000\ndense = units=3\n", shape_image(13, 11, 3), true);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t room = 500; room < 4000000; room *= 8) {
        struct error e = { 0 };

        small = before;
        small.rlim_cur = room;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        bool written = model_file_write(folder_path(*state, "model.h5"), &m.recipe, &m.weights, NULL, &e);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_false(written);
        assert_int_equal(e.kind, ERROR_IO);
        assert_non_null(strstr(e.text, "model.h5"));
        assert_non_null(strstr(e.text, "File too large"));
        assert_int_equal(folder_entries(*state), 0);
    }
    expect_written(&m, folder_path(*state, "model.h5"));
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    model_free(&m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_weights_come_back_bit_for_bit),
        TEST(test_weights_of_branches_come_back_bit_for_bit),
        TEST(test_many_long_class_names_fit),
        TEST(test_a_plain_stack_is_described_layer_by_layer),
        TEST(test_a_pool_that_joined_a_convolution_is_a_layer),
        TEST(test_every_activation_has_keras_s_name),
        TEST(test_padding_half_is_zeros_and_a_valid_window),
        TEST(test_a_depthwise_convolution_is_keras_s),
        TEST(test_separable_convolutions_and_zeros_are_keras_s),
        TEST(test_a_padded_max_pool_needs_a_relu_before_it),
        TEST(test_branches_are_described_with_their_inputs),
        TEST(test_the_model_of_another_recipe_is_refused),
        TEST(test_foreign_files_are_refused),
        TEST(test_numbers_in_another_file_are_refused),
        TEST(test_a_file_cut_anywhere_is_refused),
        TEST(test_bytes_that_changed_anywhere_do_no_harm),
        TEST(test_places_that_cannot_be_written_are_told),
        TEST(test_no_space_leaves_nothing_and_the_next_file_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
