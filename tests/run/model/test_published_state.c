/* Weights that others published, as safetensors files without a word of what they are. */
#include "tests/support/check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "nn/recipe/recipe_file.h"
#include "nn/recipe/recipe_warnings.h"
#include "run/model/model_format.h"
#include "run/model/published/published_network.h"
#include "run/model/published/published_state.h"
#include "run/model/torch/state_dict.h"
#include "run/model_check.h"
#include "run/start_weights.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/toy_model.h"

/* A file's header, and the bytes of its arrays so far. */
struct making {
    json_t *header;
    json_int_t size;
};

static void add(struct making *m, const char *name, const char *dims)
{
    json_t *shape = json_array();
    json_int_t bytes = 4;

    for (char *end; *dims; dims = *end ? end + 1 : end) {
        json_int_t side = strtoll(dims, &end, 10);

        json_array_append_new(shape, json_integer(side));
        bytes *= side;
    }
    json_object_set_new(m->header, name,
                        json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape, "data_offsets", m->size,
                                  m->size + bytes));
    m->size += bytes;
}

/* All arrays of a network of the fixture. */
static struct making make(const char *network)
{
    struct making m = { .header = json_object() };
    char path[512], line[256], head[128], name[128], dims[64];
    bool inside = false;

    snprintf(path, sizeof path, "%s/tests/run/model/fixtures/published.txt", getenv("CUVETTE_SOURCE"));
    snprintf(head, sizeof head, "[%s]\n", network);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (line[0] == '[')
            inside = strcmp(line, head) == 0;
        else if (inside) {
            assert_int_equal(sscanf(line, "%127s %63s", name, dims), 2);
            add(&m, name, dims);
        }
    fclose(file);
    assert_true(json_object_size(m.header) > 0);
    return m;
}

/* The numbers are a hole in the file: zeros that take no room on the disk. */
static const char *put(const char *folder, struct making *m)
{
    const char *path = folder_path(folder, "weights.safetensors");
    char *text = json_dumps(m->header, JSON_COMPACT);
    uint64_t length = strlen(text);
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    fwrite(&length, 1, sizeof length, out);
    fwrite(text, 1, length, out);
    fflush(out);
    assert_int_equal(ftruncate(fileno(out), (off_t)(sizeof length + length) + (off_t)m->size), 0);
    assert_int_equal(fclose(out), 0);
    free(text);
    json_decref(m->header);
    return path;
}

/* With the numbers 0, 1, 2 … in the file's order. */
static const char *put_numbers(const char *folder, struct making *m)
{
    const size_t count = (size_t)m->size / sizeof(float);
    const char *path = put(folder, m);
    FILE *file = fopen(path, "r+b");
    float *numbers = malloc(count * sizeof *numbers);

    assert_non_null(file);
    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (float)i;
    assert_int_equal(fseek(file, -(long)(count * sizeof *numbers), SEEK_END), 0);
    assert_int_equal(fwrite(numbers, sizeof *numbers, count, file), count);
    assert_int_equal(fclose(file), 0);
    free(numbers);
    return path;
}

static void test_names_of_no_network_are_told(void **state)
{
    struct making m = { .header = json_object() };

    add(&m, "backbone.weight", "3x3");
    toy_model_refused(put(*state, &m), "such as backbone.weight, are not called as those of a network that cuvette "
                                    "knows: torchvision's alexnet, ");
}

static void test_what_is_missing_or_too_much_is_named(void **state)
{
    struct making m = make("torchvision's vgg16");

    json_object_del(m.header, "features.7.bias");
    toy_model_refused(put(*state, &m), "has no array features.7.bias, and torchvision's vgg16 needs one");
    m = make("torchvision's vgg16");
    add(&m, "features.30.weight", "1");
    toy_model_refused(put(*state, &m), "has an array features.30.weight, for which torchvision's vgg16 has no layer");
    m = make("torchvision's vgg16");
    add(&m, "classifier.3.weight", "4096x4095");
    toy_model_refused(put(*state, &m), "classifier.3.weight is 4096x4095, but torchvision's vgg16 makes it 4096x4096");
    m = make("timm's vgg16");
    add(&m, "pre_logits.fc1.weight", "4096x512x7x8");
    toy_model_refused(put(*state, &m), "pre_logits.fc1.weight is 4096x512x7x8, but timm's vgg16 makes it 4096x25088");
}

static const struct published_network *network_called(const char *name)
{
    const struct published_network *p = published_networks;

    while (p->name && strcmp(p->name, name) != 0)
        p++;
    assert_non_null(p->name);
    return p;
}

/* Every array of the plan, turned back, is what the file has under its name. */
static void assert_numbers(const struct stored_model *m, const struct published_network *p, const char *path)
{
    struct error e = { 0 };
    struct state_dict d;
    struct safetensors *file = safetensors_open(path, &e);

    assert_non_null(file);
    assert_good(state_dict_make(&m->header.recipe, m->plan, &d, &e), e);
    assert_good(published_state_rename(p, &m->header, "", &d, &e), e);
    for (int i = 0; i < d.n; i++) {
        const struct state_array *a = &d.arrays[i];
        float *there = malloc(a->count * sizeof *there), *here = malloc(a->count * sizeof *here);

        assert_true(there && here);
        assert_good(safetensors_read(file, a->name, there, &e), e);
        state_array_turn_out(a, (a->arena == ARENA_PARAMETERS ? m->parameters : m->statistics) + a->first, here);
        assert_memory_equal(there, here, a->count * sizeof *there);
        free(there);
        free(here);
    }
    state_dict_free(&d);
    safetensors_close(file);
}

static void test_a_whole_network_is_read(void **state)
{
    const struct model_wish nothing = { .recipe = NULL };
    const struct published_network *p = network_called("torchvision's mobilenet_v2");
    struct making making = make(p->name);
    struct stored_model m;
    struct error e = { 0 };

    json_object_set_new(making.header, "features.0.1.num_batches_tracked",
                        json_pack("{s:s, s:[], s:[I, I]}", "dtype", "I64", "shape", "data_offsets", making.size,
                                  making.size + 8));
    making.size += 8;
    const char *path = put_numbers(*state, &making);

    assert_good(model_format_read(path, &nothing, &m, &e), e);
    assert_string_equal(m.network, p->name);
    assert_string_equal(m.header.recipe.name, "mobilenet_v2");
    assert_int_equal(m.header.classes, 1000);
    assert_true(shape_equal(m.header.input, shape_image(224, 224, 3)));
    assert_float_equal(m.statistics[plan_place(m.plan, m.plan->normalisation)->offset / sizeof(float)], 0.485, 1e-6);
    assert_numbers(&m, p, path);
    stored_model_free(&m);
}

/* As a network is saved that was trained on several GPUs. */
static void test_a_prefix_of_all_names_is_passed_over(void **state)
{
    struct making m = make("torchvision's vgg16");
    json_t *wrapped = json_object(), *array;
    const char *name;
    char longer[160];

    json_object_foreach (m.header, name, array) {
        snprintf(longer, sizeof longer, "module.%s", name);
        json_object_set(wrapped, longer, array);
    }
    json_decref(m.header);
    m.header = wrapped;
    json_object_del(wrapped, "module.features.7.bias");
    toy_model_refused(put(*state, &m), "has no array module.features.7.bias, and torchvision's vgg16 needs one");
}

static bool holds(const char *text, const char *part)
{
    return strstr(text, part);
}

static const char lite_doubt[] = "taken for timm's tf_efficientnet_lite0; timm's efficientnet_lite0 has the same names";

static void expect_doubted(const char *folder, const char *network, bool doubted)
{
    struct making m = make(network);
    const char *path = put(folder, &m);
    struct process *info = process_cuvette(folder, "model", "info", path, NULL);
    struct process *json = process_cuvette(folder, "model", "info", "--json", path, NULL);
    struct process *convert = process_cuvette(folder, "model", "convert", path, "model.h5", NULL);

    assert_int_equal(info->exit_code, 0);
    assert_int_equal(json->exit_code, 0);
    assert_int_equal(convert->exit_code, 0);
    assert_holds(info->out, network);
    assert_int_equal(holds(info->out, "which is assumed"), doubted);
    assert_int_equal(holds(info->err, lite_doubt), doubted);
    assert_int_equal(holds(json->out, "\"network_assumed\": true"), doubted);
    assert_int_equal(holds(convert->err, lite_doubt), doubted);
    process_free(info);
    process_free(json);
    process_free(convert);
}

/* Wrong padding gives wrong answers without a sign, so that what is assumed is said. */
static void test_which_of_two_networks_of_the_same_names_it_is_taken_for_is_said(void **state)
{
    expect_doubted(*state, "timm's tf_efficientnet_lite0", true);
    expect_doubted(*state, "timm's mobilenetv2_100", false);
}

/* A row of the table says so of itself. */
static void test_every_doubt_names_its_network(void **state)
{
    int doubts = 0;
    (void)state;

    for (const struct published_network *p = published_networks; p->name; p++)
        if (p->doubt) {
            assert_holds(p->doubt, p->name);
            assert_true(strlen("training.weights: ") + strlen(p->doubt) < WARNING_SIZE);
            doubts++;
        }
    assert_true(doubts > 0);
}

static void test_a_run_that_begins_with_it_is_warned(void **state)
{
    enum { SIDE = 32, CLASSES = 5 };
    struct making m = make("timm's tf_efficientnet_lite0");
    struct source *images = data_memory(40, 20, SIDE, SIDE, 3, CLASSES);
    struct recipe_warnings warnings;
    struct pretrained pretrained;
    struct recipe recipe;
    struct error e = { 0 };
    size_t parameters;

    assert_good(recipe_load(&recipe, "efficientnet_lite0", &e), e);
    snprintf(recipe.training.weights, sizeof recipe.training.weights, "%s", put(*state, &m));
    assert_good(start_weights_read(&recipe, &pretrained, &e), e);
    assert_good(model_check(&recipe, images, &pretrained, NULL, &parameters, &warnings, &e), e);
    assert_true(warnings.count > 0);
    assert_holds(warnings.list[warnings.count - 1].text, "training.weights: taken for timm's tf_efficientnet_lite0; ");
    pretrained_free(&pretrained);
    source_close(images);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_names_of_no_network_are_told),
        TEST(test_what_is_missing_or_too_much_is_named),
        TEST(test_a_whole_network_is_read),
        TEST(test_a_prefix_of_all_names_is_passed_over),
        TEST(test_which_of_two_networks_of_the_same_names_it_is_taken_for_is_said),
        cmocka_unit_test(test_every_doubt_names_its_network),
        TEST(test_a_run_that_begins_with_it_is_warned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
