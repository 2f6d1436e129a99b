#include "tests/support/check.h"

#include "nn/recipe/model.h"
#include "nn/recipe/recipe_file.h"

/* Counts as Keras's summary() gives for the same stacks. */
static void parameter_counts_are_those_of_keras(void **state)
{
    static const struct {
        const char *preset;
        int size, channels, classes;
        size_t parameters;
    } cases[] = {
        { "mnist-mlp", 28, 1, 10, 784 * 128 + 128 + 128 * 10 + 10 },
        { "mnist-cnn", 28, 1, 10, 320 + 18496 + 31370 },
        { "lenet5", 28, 1, 10, 61706 },
        { "cifar10-lesson", 32, 3, 10, 896 + 18496 + 73856 + 295168 + 262400 + 131584 + 5130 },
        { "places365-workshop", 256, 3, 365, 1792 + 73856 + (size_t)64 * 64 * 128 * 1024 + 1024 + 1024 * 365 + 365 },
        { "resnet20", 32, 3, 10, 272474 },
        { "alexnet", 224, 3, 10, 61100840 - 990 * 4097 },
        { "vgg16", 224, 3, 10, 138357544 - 990 * 4097 },
        { "resnet18", 224, 3, 10, 11689512 - 990 * 513 },
        { "resnet34", 224, 3, 10, 21797672 - 990 * 513 },
        { "resnet50", 224, 3, 10, 25557032 - 990 * 2049 },
        { "mobilenet_v2", 224, 3, 10, 3504872 - 990 * 1281 },
        { "efficientnet_lite0", 224, 3, 10, 4652008 - 990 * 1281 },
    };
    static struct recipe r;
    static struct model m;
    struct error e = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_good(recipe_load(&r, cases[i].preset, &e), e);
        assert_good(
            model_infer(&r, shape_image(cases[i].size, cases[i].size, cases[i].channels), cases[i].classes, &m, &e), e);
        assert_int_equal(m.parameters, cases[i].parameters);
        assert_int_equal(m.bad_layer, -1);
    }
}

static void infer(const char *layers, struct shape in, int classes, struct model *m, const char *says)
{
    static struct recipe r;
    char text[512] = "[layers]\n";
    struct error e = { 0 };

    strcat(text, layers);
    assert_good(recipe_parse(&r, text, "r.ini", &e), e);
    if (says)
        assert_bad(model_infer(&r, in, classes, m, &e), e, says);
    else
        assert_good(model_infer(&r, in, classes, m, &e), e);
}

static void impossible_stacks_name_the_layer_and_both_shapes(void **state)
{
    static struct model m;
    struct shape small = shape_image(5, 4, 3);
    (void)state;

    infer("conv2d = filters=8 kernel=5 padding=valid\n", small, 10, &m,
          "layer 1 (conv2d), input 5x4x3: a 5x5 window does not fit into 5x4x3");
    infer("maxpool2d =\nmaxpool2d =\nmaxpool2d =\n", small, 10, &m,
          "layer 3 (maxpool2d), input 1x1x3: a 2x2 window does not fit into 1x1x3");
    assert_int_equal(m.bad_layer, 2);
    assert_int_equal(m.layers[1].out.height, 1);
    infer("dense = units=10\n", small, 10, &m,
          "layer 1 (dense), input 5x4x3: takes flat values, not an image of 5x4x3");
    infer("flatten =\nconv2d =\n", small, 10, &m, "layer 2 (conv2d), input 60: takes an image");
    infer("flatten =\ndense = units=9\n", small, 10, &m,
          "layer 2 (dense), output 9: the last layer must give 10 values, one a class of the data set, as dense = "
          "units=10 in the recipe does");
    infer("conv2d = filters=8192\nflatten =\ndense = units=10\n", shape_image(8192, 8192, 1), 10, &m,
          "its output of 549755813888 values");
    infer("flatten =\ndense = units=65536\ndense = units=65536\ndense = units=10\n", small, 10, &m,
          "parameters are more than 2000000000");
    infer("flatten =\n", shape_flat(10), 10, &m, "nothing to train");
    infer("", small, 10, &m, "no layers");
}

/* TensorFlow: same gives ceil(size / stride), valid floor((size - kernel) / stride) + 1. */
static void sizes_follow_tensorflow(void **state)
{
    static struct model m;
    (void)state;

    infer("conv2d = filters=2 kernel=3 stride=2\nmaxpool2d = padding=same\nglobal_avgpool =\ndense = units=10\n",
          shape_image(7, 10, 3), 10, &m, NULL);
    assert_true(shape_equal(m.layers[0].out, shape_image(4, 5, 2)));
    assert_true(shape_equal(m.layers[1].out, shape_image(2, 3, 2)));
    assert_true(shape_equal(m.layers[2].out, shape_flat(2)));
    infer("conv2d = filters=2 kernel=3 stride=2 padding=valid\nresidual = filters=4 stride=2\nflatten =\ndense = "
          "units=10\n",
          shape_image(8, 9, 1), 10, &m, NULL);
    assert_true(shape_equal(m.layers[0].out, shape_image(3, 4, 2)));
    assert_true(shape_equal(m.layers[1].out, shape_image(2, 2, 4)));
}

/* PyTorch: floor((size + 2 × (kernel / 2) - kernel) / stride) + 1. */
static void half_padding_gives_sizes_of_pytorch(void **state)
{
    static struct model m;
    (void)state;

    infer("conv2d = filters=2 kernel=7 stride=2 padding=half\nmaxpool2d = size=3 stride=2 padding=half\n"
          "avgpool2d = size=2 stride=3 padding=half\nconv2d = kernel=5 padding=half\nflatten =\ndense = units=10\n",
          shape_image(224, 33, 3), 10, &m, NULL);
    assert_true(shape_equal(m.layers[0].out, shape_image(112, 17, 2)));
    assert_true(shape_equal(m.layers[1].out, shape_image(56, 9, 2)));
    assert_true(shape_equal(m.layers[2].out, shape_image(19, 4, 2)));
    assert_true(shape_equal(m.layers[3].out, shape_image(19, 4, 32)));
    infer("conv2d = filters=2 kernel=11 stride=4 padding=half\nflatten =\ndense = units=10\n", shape_image(1, 2, 1), 10,
          &m, NULL);
    assert_true(shape_equal(m.layers[0].out, shape_image(1, 1, 2)));
}

static void upsampling_multiplies_height_and_width(void **state)
{
    static struct model m;
    (void)state;

    infer("upsample2d = size=3\nflatten =\ndense = units=10\n", shape_image(4, 5, 2), 10, &m, NULL);
    assert_true(shape_equal(m.layers[0].out, shape_image(12, 15, 2)));
    infer("flatten =\nupsample2d =\ndense = units=10\n", shape_image(4, 5, 2), 10, &m,
          "layer 2 (upsample2d), input 40: takes an image");
    infer("upsample2d = size=16\nupsample2d = size=16\nflatten =\ndense = units=10\n", shape_image(8192, 8192, 4), 10,
          &m, "layer 1 (upsample2d), input 8192x8192x4: its output of 68719476736 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameter_counts_are_those_of_keras),
        cmocka_unit_test(impossible_stacks_name_the_layer_and_both_shapes),
        cmocka_unit_test(sizes_follow_tensorflow),
        cmocka_unit_test(half_padding_gives_sizes_of_pytorch),
        cmocka_unit_test(upsampling_multiplies_height_and_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
