/* Models that other programs made: the fixtures are Keras's own files (tests/peers/keras_foreign.py writes them), and
 * what cannot be taken is made here. */
#include "tests/support/check.h"

#include <hdf5.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <zlib.h>

#include "base/hdf5.h"
#include "base/text.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/model_format.h"
#include "run/start_weights.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"
#include "tests/support/hdf5_parts.h"
#include "tests/support/process.h"
#include "tests/support/toy_model.h"

enum { IMAGES = 12, CLASSES = 4 };

/* tests/run/model/fixtures/NAME.gz as a file of the folder. */
static const char *unpack(const char *folder, const char *name)
{
    enum { LARGEST = 1 << 18 };
    char path[PATH_SIZE], *bytes = malloc(LARGEST);

    snprintf(path, sizeof path, "%s/tests/run/model/fixtures/%s.gz", getenv("CUVETTE_SOURCE"), name);
    gzFile in = gzopen(path, "rb");
    assert_non_null(in);
    int size = gzread(in, bytes, LARGEST);
    assert_true(size > 0 && size < LARGEST);
    gzclose(in);
    const char *to = folder_write(folder, name, bytes, (size_t)size);
    free(bytes);
    return to;
}

static json_t *expected(const char *fixture)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/tests/run/model/fixtures/%s.json", getenv("CUVETTE_SOURCE"), fixture);
    json_t *all = json_load_file(path, 0, NULL);
    assert_int_equal(json_array_size(all), IMAGES);
    return all;
}

/* Every class of every image as Keras has it. */
static void expect_probabilities(const char *folder, const char *file, const char *fixture)
{
    json_t *wanted = expected(fixture);
    struct process *p = process_cuvette(folder, "predict", file, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
                                        "11", "--dataset", "images.h5", "--json", NULL);
    json_t *said = json_loads(p->out, 0, NULL), *images = json_object_get(said, "images");
    size_t i, k;
    json_t *one, *top;

    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_int_equal(json_array_size(images), IMAGES);
    json_array_foreach(images, i, one)
    {
        assert_int_equal(json_array_size(json_object_get(one, "top")), CLASSES);
        json_array_foreach(json_object_get(one, "top"), k, top)
        {
            size_t class = (size_t)json_integer_value(json_object_get(top, "class"));
            double there = json_number_value(json_object_get(top, "probability"));
            double keras = json_number_value(json_array_get(json_array_get(wanted, i), class));

            if (fabs(there - keras) > 1e-5)
                fail_msg("%s, image %zu, class %zu: %g, Keras %g", file, i, class, there, keras);
        }
    }
    json_decref(said);
    json_decref(wanted);
    process_free(p);
}

static void expect_like_keras(void **state, const char *fixture, const char *extension)
{
    char name[64], copy[80];

    snprintf(name, sizeof name, "%s%s", fixture, extension);
    snprintf(copy, sizeof copy, "our-%s%s", fixture, extension);
    unpack(*state, name);
    unpack(*state, "images.h5");
    expect_probabilities(*state, name, fixture);

    /* And as a file of our own. */
    struct process *p = process_cuvette(*state, "model", "convert", name, copy, NULL);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    process_free(p);
    expect_probabilities(*state, copy, fixture);
}

static void test_a_sequential_model_answers_as_in_keras(void **state)
{
    expect_like_keras(state, "plain", ".h5");
}

/* That of TensorFlow 2.12 (tests/peers/keras_2_12.py). */
static void test_the_first_kind_of_zip_file_answers_as_in_keras(void **state)
{
    expect_like_keras(state, "first", ".keras");
}

static void test_every_kind_of_layer_answers_as_in_keras(void **state)
{
    expect_like_keras(state, "everything", ".h5");
    expect_like_keras(state, "everything", ".keras");
}

static void test_zeros_and_depthwise_convolutions_answer_as_in_keras(void **state)
{
    expect_like_keras(state, "padded", ".h5");
}

static void test_a_residual_model_answers_as_in_keras(void **state)
{
    expect_like_keras(state, "residual-bias", ".h5");
    expect_like_keras(state, "residual-bias", ".keras");
}

static void test_models_in_a_model_answer_as_in_keras(void **state)
{
    expect_like_keras(state, "nested", ".h5");
    expect_like_keras(state, "nested", ".keras");
}

static void test_without_a_data_set_it_is_asked_for(void **state)
{
    unpack(*state, "plain.h5");
    struct process *p = process_cuvette(*state, "evaluate", "plain.h5", NULL);

    assert_int_equal(p->exit_code, 2);
    assert_non_null(strstr(p->err, "plain.h5 does not say what it was trained on: give a data set with --dataset"));
    process_free(p);
    p = process_cuvette(*state, "evaluate", "plain.h5", "--dataset", "digits", NULL);
    assert_int_equal(p->exit_code, 3);
    assert_non_null(strstr(p->err, "the model takes images of 8x9x3 in 4 classes"));
    process_free(p);
}

/* A file with a description and no weights. */
static const char *describe(const char *folder, const char *config)
{
    const char *path = folder_path(folder, "described.h5");

    hdf5_lock();
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(hdf5_values_write_long_text(file, "model_config", config));
    H5Fclose(file);
    hdf5_unlock();
    return path;
}

#define INPUT \
    "{\"class_name\":\"InputLayer\",\"config\":{\"name\":\"in\",\"batch_shape\":[null,8,8,3]}}"
#define LAYER(class, name, settings) "{\"class_name\":\"" class "\",\"config\":{\"name\":\"" name "\"" settings "}}"
#define CONV                         LAYER("Conv2D", "conv", ",\"filters\":4,\"kernel_size\":[3,3]")
#define FLAT                         LAYER("Flatten", "flat", "")
#define DENSE                        LAYER("Dense", "dense", ",\"units\":3,\"activation\":\"softmax\"")
#define SEQUENTIAL(layers) \
    "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[" layers "]}}"
#define CALLED(class, name, settings, from)                                                                            \
    "{\"class_name\":\"" class "\",\"name\":\"" name "\",\"config\":{\"name\":\"" name "\"" settings                   \
                               "},\"inbound_nodes\":"                                                                  \
                               "[[" from "]]}"
#define FROM(name) "[\"" name "\",0,0,{}]"
#define INPUT_CALLED                                                                                                   \
    "{\"class_name\":\"InputLayer\",\"name\":\"in\",\"config\":{\"name\":\"in\",\"batch_input_shape\":[null,8,8,3]},"  \
    "\"inbound_nodes\":[]}"
#define FUNCTIONAL(layers, output)                                                                                     \
    "{\"class_name\":\"Functional\",\"config\":{\"name\":\"f\",\"layers\":[" layers "],\"output_layers\":[[\"" output  \
    "\",0,0]]}}"
#define CONV_FROM(name, from)                                                                                          \
    CALLED("Conv2D", name, ",\"filters\":3,\"kernel_size\":[3,3],\"padding\":\"same\"", FROM(from))

#define INNER(layers) LAYER("Sequential", "inner", ",\"layers\":[" layers "]")
#define INNER_CALLED(layers, output, from)                                                                             \
    CALLED("Functional", "inner", ",\"layers\":[" layers "],\"output_layers\":[[\"" output "\",0,0]]", FROM(from))

static void test_what_cannot_be_taken_is_named_with_its_place(void **state)
{
    static const char *const cases[][2] = {
        { SEQUENTIAL(INPUT "," CONV "," LAYER("Conv2DTranspose", "up", "") "," FLAT "," DENSE),
          "described.h5: layer 2, up (Conv2DTranspose): cuvette has no such layer" },
        { SEQUENTIAL(INPUT "," LAYER("SeparableConv2D", "sep",
                                     ",\"filters\":4,\"kernel_size\":3,\"depth_multiplier\":2") "," FLAT "," DENSE),
          "layer 1, sep (SeparableConv2D): cuvette has no convolution with holes or groups, or several filters" },
        { SEQUENTIAL(INPUT "," FLAT "," LAYER("ZeroPadding2D", "pad", "") "," DENSE),
          "layer 2, pad (ZeroPadding2D): takes an image" },
        { SEQUENTIAL(INPUT "," LAYER("Sequential", "inner", "") "," FLAT "," DENSE),
          "layer 1, inner (Sequential): it is a model without layers" },
        { SEQUENTIAL(INPUT "," INNER(LAYER("Conv2DTranspose", "up", "")) "," FLAT "," DENSE),
          "layer 2, up (Conv2DTranspose): cuvette has no such layer" },
        { SEQUENTIAL(INPUT "," INNER(INNER(INNER(INNER(INNER(INNER(INNER(INNER(INNER(FLAT))))))))) "," DENSE),
          "it is a model in a model more than 8 times over" },
        { SEQUENTIAL(INPUT "," INNER(INPUT) "," FLAT "," DENSE), "has no layers" },
        { FUNCTIONAL(INPUT_CALLED "," INNER_CALLED(CONV_FROM("a", "elsewhere"), "a", "in"), "inner"),
          "a (Conv2D): it takes the output of elsewhere, which is not there" },
        { FUNCTIONAL(INPUT_CALLED "," INNER_CALLED(INPUT_CALLED "," CONV_FROM("a", "in"), "b", "in"), "inner"),
          "layer 1, inner (Functional): its description of the model has an output that none of its layers gives" },
        { SEQUENTIAL(INPUT "," LAYER("Conv2D", "conv", ",\"filters\":4,\"kernel_size\":[3,1]")),
          "layer 1, conv (Conv2D): its kernel_size is 3x1, and cuvette takes squares" },
        { SEQUENTIAL(INPUT "," LAYER("Conv2D", "conv", ",\"filters\":4,\"kernel_size\":[3,3],\"groups\":2")),
          "no convolution with holes or groups" },
        { SEQUENTIAL(INPUT "," LAYER("Conv2D", "conv", ",\"filters\":4,\"kernel_size\":[99,99]")), "layer 1, conv" },
        { SEQUENTIAL(INPUT "," LAYER("Conv2D", "conv", ",\"filters\":99999999999,\"kernel_size\":3")), "filters" },
        { SEQUENTIAL(INPUT "," LAYER("Conv2D", "conv", ",\"filters\":4,\"kernel_size\":3,\"activation\":\"elu\"")),
          "cuvette has no activation elu" },
        { SEQUENTIAL(INPUT "," LAYER("Flatten", "flat", ",\"data_format\":\"channels_first\"") "," DENSE),
          "its images have their channels first" },
        { SEQUENTIAL(INPUT "," LAYER("BatchNormalization", "norm", ",\"axis\":1") "," FLAT "," DENSE), "along axis 1" },
        { SEQUENTIAL(INPUT "," LAYER("ReLU", "relu", ",\"max_value\":3.0") "," FLAT "," DENSE), "no upper bound" },
        { SEQUENTIAL(INPUT "," LAYER("MaxPooling2D", "pool", ",\"pool_size\":[9,9]") "," FLAT "," DENSE),
          "layer 1, pool (MaxPooling2D): a 9x9 window does not fit" },
        { SEQUENTIAL(INPUT "," DENSE), "layer 1, dense (Dense): takes flat values" },
        { SEQUENTIAL(INPUT "," FLAT "," DENSE "," LAYER("Dense", "late", ",\"units\":3")),
          "late (Dense): it comes after a softmax" },
        { SEQUENTIAL(INPUT "," FLAT "," LAYER("Dense", "dense", ",\"units\":3,\"activation\":\"sigmoid\"")),
          "it ends in sigmoid" },
        { SEQUENTIAL(INPUT "," FLAT "," LAYER("Dense", "dense", ",\"units\":1")), "two or more classes" },
        { SEQUENTIAL(INPUT "," FLAT "," LAYER("Dense", "dense", ",\"units\":50000")), "its recipe gives no classes" },
        { SEQUENTIAL(INPUT "," CONV), "ends in a value for each of two or more classes" },
        { SEQUENTIAL(INPUT "," FLAT "," LAYER("Rescaling", "scale", ",\"scale\":0.5") "," DENSE),
          "before all other layers" },
        { SEQUENTIAL(INPUT "," LAYER("Rescaling", "scale", ",\"scale\":[1,2]") "," FLAT "," DENSE), "has 2 numbers" },
        { SEQUENTIAL(FLAT "," DENSE), "say it with --input" },
        { SEQUENTIAL(
              "{\"class_name\":\"InputLayer\",\"config\":{\"name\":\"in\",\"batch_shape\":[null,9000,9,3]}}," FLAT
              "," DENSE),
          "9000x9x3" },
        { SEQUENTIAL("{\"class_name\":\"InputLayer\",\"config\":{\"name\":\"in\",\"batch_shape\":[null,9,9,9,3]}}," FLAT
                     "," DENSE),
          "4-dimensional" },
        { SEQUENTIAL(""), "no list of layers" },
        { SEQUENTIAL(INPUT "," INPUT "," FLAT "," DENSE), "several inputs" },
        { SEQUENTIAL(INPUT ",{\"config\":3}"), "without class, name or settings" },
        { "{\"class_name\":\"Poem\"}", "it is a model of the class Poem" },
        { "[[[[", "is not whole" },
        { "7", "is not whole" },
        { FUNCTIONAL(INPUT_CALLED "," CONV_FROM("a", "in") "," CONV_FROM("b", "in") "," CALLED("Add", "add", "",
                                                                                               FROM("a") "," FROM("b")),
                     "add"),
          "layer" },
        { FUNCTIONAL(INPUT_CALLED "," CONV_FROM("a", "nowhere"), "a"),
          "takes the output of nowhere, which is not there" },
        { FUNCTIONAL(INPUT_CALLED "," CONV_FROM("a", "b") "," CONV_FROM("b", "a"), "b"),
          "do not lead from its images" },
        { FUNCTIONAL(INPUT_CALLED "," CONV_FROM("a", "in"), "nowhere"), "an output that none of its layers gives" },
        { FUNCTIONAL(INPUT_CALLED "," CONV_FROM("a", "in") "," CALLED("Add", "add", "", FROM("a") "," FROM("in")),
                     "add"),
          "layer 2, add (Add): a residual block of cuvette has a BatchNormalization here" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        print_message("%s\n", cases[i][1]);
        toy_model_refused(describe(*state, cases[i][0]), cases[i][1]);
    }
}

/* Very deep or endless, a description costs a sentence. */
static void test_a_deep_description_is_refused(void **state)
{
    enum { DEEP = 1 << 20 };
    char *text = malloc(DEEP + 1);

    memset(text, '[', DEEP);
    text[DEEP] = '\0';
    toy_model_refused(describe(*state, text), "is not whole");
    free(text);
}

/* Opens the fixture, to spoil it. Without the lock, which an assertion that fails would leave to the next test. */
static hid_t reopen(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);

    assert_true(file >= 0);
    return file;
}

static void close_again(hid_t file)
{
    assert_true(H5Fclose(file) >= 0);
}

#define KERNEL "model_weights/conv2d/sequential/conv2d/kernel"

static void test_weights_that_are_missing_or_other_are_named(void **state)
{
    static const float few[12] = { 1 };
    const char *path = unpack(*state, "plain.h5");
    hid_t file = reopen(path);

    assert_true(H5Ldelete(file, KERNEL, H5P_DEFAULT) >= 0);
    close_again(file);
    toy_model_refused(path, "kernel cannot be opened as a data set");

    file = reopen(path);
    assert_true(hdf5_values_write_floats(file, KERNEL, 2, (const int[]){ 3, 4 }, few));
    close_again(file);
    toy_model_refused(path, "layer 2, conv2d (Conv2D): its kernel is 3x4, and its settings make it 3x3x3x3");

    file = reopen(path);
    assert_true(H5Ldelete(file, "model_weights/conv2d", H5P_DEFAULT) >= 0);
    close_again(file);
    toy_model_refused(path, "layer 2, conv2d (Conv2D): its kernel is not in the file");
}

static void test_a_foreign_file_that_is_cut_or_changed_does_no_harm(void **state)
{
    enum { FILES = 40 };
    const struct model_wish wish = { .recipe = NULL };
    const char *path = unpack(*state, "plain.h5");
    size_t size = 0;
    FILE *in = fopen(path, "rb");
    char *bytes = malloc(1 << 16);

    assert_non_null(in);
    size = fread(bytes, 1, 1 << 16, in);
    fclose(in);
    for (size_t cut = 0; cut < size; cut += size / 11 + 1)
        toy_model_refused(folder_write(*state, "cut.h5", bytes, cut), "cut.h5");
    free(bytes);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct stored_model m;
        struct error e = { 0 };

        damage_file(path, folder_path(*state, "changed.h5"), seed);
        if (model_format_read(folder_path(*state, "changed.h5"), &wish, &m, &e))
            stored_model_free(&m);
        else
            assert_true(e.text[0]);
    }
}

/* What the first layer takes may be said. */
/* A model that scales no pixels, for images of 8x8x3. */
static const char *write_bare(const char *folder)
{
    static const float zeros[8 * 8 * 3 * 3];
    const char *const names[] = { "dense/kernel:0", "dense/bias:0" }, *path;
    char *config = strdup(SEQUENTIAL(INPUT "," FLAT "," DENSE));

    path = describe(folder, config);
    free(config);
    hid_t file = reopen(path), group = H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    H5Gclose(group);
    group = H5Gcreate2(file, "model_weights/dense", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(hdf5_values_write_names(group, "weight_names", 2, names));
    hid_t inner = H5Gcreate2(group, "dense", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(hdf5_values_write_floats(group, names[0], 2, (const int[]){ 192, 3 }, zeros));
    assert_true(hdf5_values_write_floats(group, names[1], 1, (const int[]){ 3 }, zeros));
    H5Gclose(inner);
    H5Gclose(group);
    close_again(file);
    return path;
}

static void expect_assumed(const char *folder, const char *file, const char *option, const char *range, bool assumed)
{
    struct process *p = process_cuvette(folder, "model", "info", file, option, range, NULL);

    assert_int_equal(p->exit_code, 0);
    assert_int_equal(strstr(p->err, "does not say what its network takes for pixels") != NULL, assumed);
    assert_int_equal(strstr(p->out, "which is assumed") != NULL, assumed);
    process_free(p);
}

/* Wrong pixels give wrong answers without a sign, so that what is assumed is said. */
static void test_what_is_assumed_of_pixels_is_said(void **state)
{
    const char *bare = write_bare(*state);

    unpack(*state, "plain.h5"); /* it scales them itself */
    expect_assumed(*state, bare, NULL, NULL, true);
    expect_assumed(*state, bare, "--pixels", "0..1", false);
    expect_assumed(*state, "plain.h5", NULL, NULL, false);
}

/* It answers, since photographs of any size are made to fit, too; but these are all of another one. */
static void test_images_of_another_size_are_told_of(void **state)
{
    static struct made made;
    struct part parts[PARTS];
    const char *bare = write_bare(*state);

    hdf5_parts_good(parts, &made);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (int i = 0; i < TRAIN; i++)
            made.labels[split][i] = i % 3; /* as many classes as the model has */
    hdf5_parts_write(folder_path(*state, "set.h5"), parts, PARTS);
    struct process *p = process_cuvette(*state, "evaluate", bare, "--dataset", "set.h5", NULL);

    if (p->exit_code != 0 || !strstr(p->err, "note: the images of set are 4x5x1, and are made 8x8x3 for the model"))
        fail_msg("%d, %s", p->exit_code, p->err);
    process_free(p);
}

static void test_the_range_of_pixels_may_be_said(void **state)
{
    static const struct {
        const char *words;
        double mean, deviation;
    } cases[] = { { "0..1", 0, 1 },
                  { "0..255", 0, 1 / 255.0 },
                  { "-1..1", 0.5, 0.5 },
                  { "imagenet", 0.485, 0.229 },
                  { "caffe", 123.68 / 255, 1 / 255.0 },
                  { "lite", 127 / 255.0, 128 / 255.0 } };
    const char *path = write_bare(*state);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model_wish wish = { .recipe = NULL };
        struct stored_model m;
        struct error e = { 0 };

        assert_good(pixels_find(cases[i].words, &wish.pixels, &e), e);
        assert_good(model_format_read(path, &wish, &m, &e), e);
        const float *mean = m.statistics + plan_place(m.plan, m.plan->normalisation)->offset / sizeof(float);
        assert_float_equal(mean[0], cases[i].mean, 1e-6);
        assert_float_equal(1 / mean[3], cases[i].deviation, 1e-6);
        stored_model_free(&m);
    }
}

static void expect_normalised(const char *file, double mean, double deviation)
{
    struct recipe recipe = { .data.pixels = PIXELS_BYTES };
    struct pretrained p;
    struct error e = { 0 };

    text_copy(recipe.training.weights, sizeof recipe.training.weights, file);
    assert_good(start_weights_read(&recipe, &p, &e), e);
    const struct plan_value *place = plan_place(p.plan, p.plan->normalisation);
    const float *numbers = p.statistics + place->offset / sizeof *numbers;
    assert_float_equal(numbers[0], mean, 1e-6);
    assert_float_equal(1 / numbers[place->dims[1]], deviation, 1e-6);
    pretrained_free(&p);
}

/* Of a run that begins with it: what the file says counts before what the recipe says. */
static void test_a_recipe_may_say_the_range_of_pixels(void **state)
{
    expect_normalised(write_bare(*state), 0, 1.0 / 255);
    expect_normalised(unpack(*state, "plain.h5"), 0.5, 0.5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_sequential_model_answers_as_in_keras),
        TEST(test_the_first_kind_of_zip_file_answers_as_in_keras),
        TEST(test_every_kind_of_layer_answers_as_in_keras),
        TEST(test_zeros_and_depthwise_convolutions_answer_as_in_keras),
        TEST(test_a_residual_model_answers_as_in_keras),
        TEST(test_models_in_a_model_answer_as_in_keras),
        TEST(test_without_a_data_set_it_is_asked_for),
        TEST(test_what_cannot_be_taken_is_named_with_its_place),
        TEST(test_a_deep_description_is_refused),
        TEST(test_weights_that_are_missing_or_other_are_named),
        TEST(test_a_foreign_file_that_is_cut_or_changed_does_no_harm),
        TEST(test_what_is_assumed_of_pixels_is_said),
        TEST(test_images_of_another_size_are_told_of),
        TEST(test_the_range_of_pixels_may_be_said),
        TEST(test_a_recipe_may_say_the_range_of_pixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
