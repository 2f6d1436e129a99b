/* Models as safetensors: what is written comes back whole, and what lies is refused with words. */
#include "tests/support/check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "run/model/model_format.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"
#include "tests/support/toy_model.h"

static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3 activation=relu\nbatch_norm =\n"
                             "residual = filters=6 stride=2\nflatten =\ndense = units=3 bias=no\n";

static void test_a_model_comes_back_whole(void **state)
{
    toy_model_comes_back(*state, "model.safetensors", layers, shape_image(7, 5, 3));
}

/* The header of a file as JSON, and the bytes behind it. */
struct opened {
    json_t *header;
    unsigned char bytes[1 << 16];
    size_t size; /* of the arrays, which begin at `bytes` */
};

static void open_file(struct opened *o, const char *path)
{
    uint64_t length;
    FILE *in = fopen(path, "rb");

    assert_non_null(in);
    assert_int_equal(fread(&length, 1, sizeof length, in), sizeof length);
    assert_true(length < sizeof o->bytes);
    assert_int_equal(fread(o->bytes, 1, length, in), length);
    o->header = json_loadb((const char *)o->bytes, length, 0, NULL);
    assert_non_null(o->header);
    o->size = fread(o->bytes, 1, sizeof o->bytes, in);
    assert_true(feof(in));
    fclose(in);
}

static void test_weights_lie_as_pytorch_has_them(void **state)
{
    static const int64_t dims[] = { 4, 3, 3, 3 };
    const char *path;
    struct stored_model m;
    struct opened o;
    float there[108];

    toy_model_make(&m, layers, shape_image(7, 5, 3), true);
    path = toy_model_write(*state, "model.safetensors", &m);
    open_file(&o, path);
    json_t *kernel = json_object_get(o.header, "conv2d.weight"), *shape = json_object_get(kernel, "shape");

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(json_integer_value(json_array_get(shape, i)), dims[i]);
    memcpy(there, o.bytes + json_integer_value(json_array_get(json_object_get(kernel, "data_offsets"), 0)),
           sizeof there);
    const struct plan_value *own = NULL;
    for (value v = 0; !own && v < m.plan->n_values; v++)
        if (m.plan->values[v].arena == ARENA_PARAMETERS && m.plan->values[v].rank == 4)
            own = &m.plan->values[v];
    assert_non_null(own);
    for (int out = 0; out < 4; out++)
        for (int in = 0; in < 3; in++)
            for (int at = 0; at < 9; at++)
                assert_true(there[(out * 3 + in) * 9 + at] ==
                            m.parameters[own->offset / sizeof(float) + (size_t)((at * 3 + in) * 4 + out)]);
    assert_non_null(json_object_get(o.header, "batch_normalization.running_var"));
    assert_non_null(json_object_get(o.header, "dense.weight"));
    assert_null(json_object_get(o.header, "dense.bias"));
    json_decref(o.header);
    stored_model_free(&m);
}

static const char *put_file(const char *folder, const struct opened *o)
{
    char *text = json_dumps(o->header, JSON_COMPACT);
    uint64_t length = strlen(text);
    FILE *out = fopen(folder_path(folder, "changed.safetensors"), "wb");

    assert_non_null(out);
    fwrite(&length, 1, sizeof length, out);
    fwrite(text, 1, length, out);
    fwrite(o->bytes, 1, o->size, out);
    assert_int_equal(fclose(out), 0);
    free(text);
    return folder_path(folder, "changed.safetensors");
}

/* Each changes one thing of a good file: `value` is put in the place of `key` of an array or of the metadata; NULL:
 * it is taken away. */
static const struct lie {
    const char *object, *key, *value, *words;
} lies[] = {
    { "dense.weight", "dtype", "\"F64\"", "the numbers of dense.weight are F64, and cuvette reads F32, F16 and BF16" },
    { "dense.weight", "dtype", "\"BF16\"", "array dense.weight is not as long as its shape says" },
    { "dense.weight", "dtype", "\"F16\"", "array dense.weight is not as long as its shape says" },
    { "dense.weight", "data_offsets", "[0,1000000]", "array dense.weight goes on beyond the end of the file" },
    { "dense.weight", "data_offsets", "[8,0]", "array dense.weight ends before it begins" },
    { "dense.weight", "data_offsets", "[0,8]", "array dense.weight is not as long as its shape says" },
    { "conv2d.bias", "data_offsets", "[4,20]", "shares bytes with another one" },
    { "dense.weight", "shape", NULL, "array dense.weight lacks a type, a shape or a place" },
    { "conv2d.weight", "shape", "[3,4,3,3]", "conv2d.weight is 3x4x3x3, but its recipe makes it 4x3x3x3" },
    { "conv2d.weight", "shape", "[108]", "conv2d.weight is 108, but its recipe makes it 4x3x3x3" },
    { NULL, "conv2d.bias", NULL, "has no array conv2d.bias, and its recipe needs one" },
    { NULL, "extra", "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}", "has an array extra, for which" },
    { NULL, "__metadata__", NULL, "was not written by cuvette" },
    { "__metadata__", "recipe", NULL, "was not written by cuvette" },
    { "__metadata__", "recipe", "\"[layers]\\ndense = units=many\\n\"", "recipe" },
    { "__metadata__", "input", NULL, "does not say the size of its images" },
    { "__metadata__", "input", "\"[7,5]\"", "does not say the size of its images" },
    { "__metadata__", "input", "\"[7,-5,3]\"", "it takes images of 7x-5x3" },
    { "__metadata__", "class_names", "\"[1]\"", "no list of classes" },
    { "__metadata__", "class_names", "\"[\\\"one\\\"]\"", "" },
    { "__metadata__", "normalisation", NULL, "does not say how images are normalised" },
    { "__metadata__", "normalisation", "\"[[0,0,0],[1,1]]\"", "does not say how images are normalised" },
    { "__metadata__", "layout", "\"1\"", "is the checkpoint of a run: name the run's folder" },
};

static void test_each_lie_is_told(void **state)
{
    struct stored_model m;
    struct opened o;

    toy_model_make(&m, layers, shape_image(7, 5, 3), true);
    open_file(&o, toy_model_write(*state, "model.safetensors", &m));
    json_t *good = o.header;

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        const struct lie *l = &lies[i];

        o.header = json_deep_copy(good);
        json_t *object = l->object ? json_object_get(o.header, l->object) : o.header;

        assert_non_null(object);
        if (l->value)
            assert_int_equal(json_object_set_new(object, l->key, json_loads(l->value, JSON_DECODE_ANY, NULL)), 0);
        else
            assert_int_equal(json_object_del(object, l->key), 0);
        toy_model_refused(put_file(*state, &o), l->words);
        json_decref(o.header);
    }
    json_decref(good);
    stored_model_free(&m);
}

/* Where an array of the file begins, and how many numbers it has. */
static unsigned char *array_of(struct opened *o, json_t *array, size_t each, size_t *count)
{
    const json_t *offsets = json_object_get(array, "data_offsets");
    json_int_t begin = json_integer_value(json_array_get(offsets, 0));

    *count = (size_t)(json_integer_value(json_array_get(offsets, 1)) - begin) / each;
    return o->bytes + begin;
}

/* A type's numbers from 1 on, of which `steps` are below 2. */
static void expect_halves_read(const char *folder, const char *type, uint16_t one, int steps)
{
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model m, back;
    struct opened o;
    struct error e = { 0 };
    const char *name;
    json_t *array;
    size_t count;

    toy_model_make(&m, layers, shape_image(7, 5, 3), true);
    open_file(&o, toy_model_write(folder, "model.safetensors", &m));
    json_object_foreach (o.header, name, array) {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        unsigned char *at = array_of(&o, array, sizeof(float), &count);

        for (size_t i = 0; i < count; i++)
            memcpy(at + i * sizeof one, &(uint16_t){ (uint16_t)(one + i % (size_t)steps) }, sizeof one);
        json_object_set_new(array, "dtype", json_string(type));
        json_array_set_new(json_object_get(array, "data_offsets"), 1,
                           json_integer(at - o.bytes + (json_int_t)(count * sizeof one)));
    }
    const char *path = put_file(folder, &o);

    json_decref(o.header);
    assert_good(model_format_read(path, &nothing, &back, &e), e);
    open_file(&o, toy_model_write(folder, "model.safetensors", &back));
    json_object_foreach (o.header, name, array) {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        const unsigned char *at = array_of(&o, array, sizeof(float), &count);

        for (size_t i = 0; i < count; i++) {
            float number;

            memcpy(&number, at + i * sizeof number, sizeof number);
            assert_true(number == 1 + (float)(i % (size_t)steps) / (float)steps);
        }
    }
    json_decref(o.header);
    stored_model_free(&m);
    stored_model_free(&back);
}

static void test_numbers_of_half_the_length_are_read(void **state)
{
    expect_halves_read(*state, "F16", 0x3c00, 1024);
    expect_halves_read(*state, "BF16", 0x3f80, 128);
}

static void test_lengths_of_headers_are_not_believed(void **state)
{
    static const char header[] = "\xff\xff\xff\xff\xff\xff\xff\x7f{}", text[] = "\x02\0\0\0\0\0\0\0[]",
                      none[] = "\x02\0\0\0\0\0\0\0ab";
    const char *path = folder_path(*state, "lie.safetensors");
    const uint64_t huge = (uint64_t)1 << 25;

    folder_write(*state, "lie.safetensors", "", 0);
    toy_model_refused(path, "is empty");
    folder_write(*state, "lie.safetensors", header, sizeof header - 1);
    toy_model_refused(path, "its header would be longer than it");
    folder_write(*state, "lie.safetensors", none, sizeof none - 1);
    toy_model_refused(path, "its header is no JSON");
    folder_write(*state, "lie.safetensors", text, sizeof text - 1);
    toy_model_refused(path, "its header is no JSON object");

    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fwrite(&huge, 1, sizeof huge, out);
    assert_int_equal(fseek(out, (long)huge + 64, SEEK_SET), 0);
    fputc(0, out);
    assert_int_equal(fclose(out), 0);
    toy_model_refused(path, "has a header of 33554432 bytes, and cuvette reads up to 16777216");
}

/* Whatever has changed in it, a file is read or refused with words. */
static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FILES = 200 };
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model m, back;
    int refused = 0;

    toy_model_make(&m, layers, shape_image(7, 5, 3), true);
    const char *path = toy_model_write(*state, "model.safetensors", &m);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct error e = { 0 };

        damage_file(path, folder_path(*state, "changed.safetensors"), seed);
        if (model_format_read(folder_path(*state, "changed.safetensors"), &nothing, &back, &e))
            stored_model_free(&back);
        else
            assert_true(e.text[0] && ++refused);
    }
    assert_true(refused > 0);
    stored_model_free(&m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_model_comes_back_whole),
        TEST(test_weights_lie_as_pytorch_has_them),
        TEST(test_each_lie_is_told),
        TEST(test_numbers_of_half_the_length_are_read),
        TEST(test_lengths_of_headers_are_not_believed),
        TEST(test_bytes_that_changed_anywhere_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
