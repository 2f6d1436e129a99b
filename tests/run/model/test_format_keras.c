/* Keras 3's zip files: ours come back whole, and what lies, swells or is missing is refused with words. Keras's own are
 * among the fixtures of test_foreign_model.c. */
#include "tests/support/check.h"

#include <hdf5.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/hdf5.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/model_format.h"
#include "tests/support/damage.h"
#include "tests/support/folder.h"
#include "tests/support/toy_model.h"

static const char layers[] = "[layers]\nconv2d = filters=4 kernel=3 activation=leaky_relu\nbatch_norm =\nmaxpool2d =\n"
                             "residual = filters=6 stride=2\nresidual = filters=6\ndropout =\nflatten =\n"
                             "dense = units=5 activation=relu\ndense = units=3 bias=no\n";

static void test_a_model_comes_back_whole(void **state)
{
    toy_model_comes_back(*state, "model.keras", layers, shape_image(9, 7, 3));
}

/* A zip file in memory. */
struct zip {
    int n;
    struct {
        char name[64], *bytes;
        size_t size;
    } members[8];
};

static void zip_read(struct zip *z, const char *path)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;

    memset(z, 0, sizeof *z);
    archive_read_support_format_zip(a);
    assert_int_equal(archive_read_open_filename(a, path, 1 << 14), ARCHIVE_OK);
    while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
        size_t size = (size_t)archive_entry_size(entry);

        assert_true(z->n < 8);
        snprintf(z->members[z->n].name, sizeof z->members[z->n].name, "%s", archive_entry_pathname(entry));
        z->members[z->n].bytes = malloc(size + 1);
        z->members[z->n].size = size;
        assert_int_equal(archive_read_data(a, z->members[z->n].bytes, size), size);
        z->members[z->n++].bytes[size] = '\0';
    }
    archive_read_free(a);
}

static void zip_free(struct zip *z)
{
    for (int i = 0; i < z->n; i++)
        free(z->members[i].bytes);
}

/* A member begun and filled with so many bytes more than it has. */
static void zip_add(struct archive *a, const char *name, const char *bytes, size_t size, size_t more)
{
    static const char zeros[1 << 16];
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)(size + more));
    assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(a, bytes, size), size);
    for (size_t left = more; left > 0; left -= left < sizeof zeros ? left : sizeof zeros)
        assert_true(archive_write_data(a, zeros, left < sizeof zeros ? left : sizeof zeros) > 0);
    archive_entry_free(entry);
}

/* What is done to a good file: `member` is left out, or gets these bytes, or the good ones and many zeros behind them;
 * with `beside` another one of that name is there as well. */
static const struct change {
    const char *member, *bytes;
    size_t more;
    const char *beside, *words;
} changes[] = {
    { "config.json", NULL, 0, NULL, "is not whole: it has no member config.json" },
    { "model.weights.h5", NULL, 0, NULL, "is not whole: it has no member model.weights.h5" },
    { "cuvette.json", "{", 0, NULL, "its member cuvette.json has no recipe" },
    { "cuvette.json", "{\"recipe\": 3}", 0, NULL, "its member cuvette.json has no recipe" },
    { "cuvette.json", "{\"recipe\": \"[layers]\\ndense = units=many\\n\"}", 0, NULL, "recipe" },
    { "cuvette.json", "{\"recipe\": \"[layers]\\nflatten =\\ndense = units=3\\n\"}", 0, NULL, "size of its images" },
    { "model.weights.h5", "no HDF5", 0, NULL, "its member model.weights.h5 is no HDF5 file" },
    { "config.json", "{}", (1 << 24) + (1 << 10), NULL, "its member config.json unpacks to more than 16.8 MB" },
    { "model.weights.h5", "", (1 << 26) + (1 << 20), NULL, "its member model.weights.h5 unpacks to more than 67." },
    { "", NULL, 0, "config.json", "its member config.json is there twice" },
    { "", NULL, 0, "../../config.json", "its member ../../config.json has a name that leads out of its folder" },
    { "", NULL, 0, "/etc/passwd", "its member /etc/passwd has a name that leads out of its folder" },
    { "", NULL, 0, "assets/..", "its member assets/.. has a name that leads out of its folder" },
};

static const char *put_changed(const char *folder, const struct zip *z, const struct change *c)
{
    const char *path = folder_path(folder, "changed.keras");
    struct archive *a = archive_write_new();

    archive_write_set_format_zip(a);
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (int i = 0; i < z->n; i++) {
        bool other = strcmp(z->members[i].name, c->member) == 0;

        if (!other)
            zip_add(a, z->members[i].name, z->members[i].bytes, z->members[i].size, 0);
        else if (c->bytes)
            zip_add(a, c->member, c->bytes, strlen(c->bytes), c->more);
    }
    if (c->beside)
        zip_add(a, c->beside, "{}", 2, 0);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    return path;
}

static void test_each_lie_is_told(void **state)
{
    struct stored_model m;
    struct zip z;

    toy_model_make(&m, layers, shape_image(9, 7, 3), true);
    zip_read(&z, toy_model_write(*state, "model.keras", &m));
    assert_int_equal(z.n, 4);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        print_message("%s\n", changes[i].words);
        toy_model_refused(put_changed(*state, &z, &changes[i]), changes[i].words);
    }
    zip_free(&z);
    stored_model_free(&m);
}

static void test_what_is_no_zip_is_refused(void **state)
{
    toy_model_refused(folder_put(*state, "text.keras", "[training]\n"), "cannot read");
    toy_model_refused(folder_put(*state, "empty.keras", ""), "is empty");
}

/* As Keras reads the file: the config's description, and the weights by class and count. */
static void test_weights_lie_where_keras_looks(void **state)
{
    static const char *const places[] = {
        "layers/conv2d/vars/0",   "layers/conv2d/vars/1",  "layers/batch_normalization/vars/3",
        "layers/conv2d_5/vars/0", /* two in each block, one in the skip of the first, and the first of all */
        "layers/dense/vars/1",    "layers/dense_1/vars/0",
    };
    struct stored_model m;
    struct zip z;

    toy_model_make(&m, layers, shape_image(9, 7, 3), true);
    zip_read(&z, toy_model_write(*state, "model.keras", &m));
    assert_string_equal(z.members[1].name, "config.json");
    assert_string_equal(z.members[2].name, "model.weights.h5");
    json_t *config = json_loads(z.members[1].bytes, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(config, "class_name")), "Functional");
    assert_string_equal(json_string_value(json_object_get(config, "module")), "keras.src.models.functional");
    json_decref(config);

    hid_t file = hdf5_values_open_bytes(z.members[2].bytes, z.members[2].size);
    assert_true(file >= 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        hid_t there = H5Dopen2(file, places[i], H5P_DEFAULT);

        if (there < 0)
            fail_msg("there is no %s", places[i]);
        H5Dclose(there);
    }
    H5Fclose(file);
    zip_free(&z);
    stored_model_free(&m);
}

/* Without what cuvette says of itself it is a file of Keras, with the same weights. */
static void test_keras_s_own_part_is_enough(void **state)
{
    const struct model_wish nothing = { .recipe = NULL };
    const struct change without = { .member = "cuvette.json" };
    struct stored_model m, back;
    struct error e = { 0 };
    struct zip z;

    toy_model_make(&m, layers, shape_image(9, 7, 3), true);
    zip_read(&z, toy_model_write(*state, "model.keras", &m));
    if (!model_format_read(put_changed(*state, &z, &without), &nothing, &back, &e))
        fail_msg("%s", e.text);
    assert_string_equal(back.writer, "Keras 3.0.0");
    assert_false(back.header.named);
    assert_int_equal(back.plan->arena_bytes[ARENA_PARAMETERS], m.plan->arena_bytes[ARENA_PARAMETERS]);
    assert_memory_equal(m.parameters, back.parameters, m.plan->arena_bytes[ARENA_PARAMETERS]);
    zip_free(&z);
    stored_model_free(&m);
    stored_model_free(&back);
}

/* Whatever has changed in it, a file is read or refused with words. */
static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FILES = 40 };
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model m, back;
    int refused = 0;

    toy_model_make(&m, layers, shape_image(9, 7, 3), true);
    const char *path = toy_model_write(*state, "model.keras", &m);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct error e = { 0 };

        damage_file(path, folder_path(*state, "changed.keras"), seed);
        if (model_format_read(folder_path(*state, "changed.keras"), &nothing, &back, &e))
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
        TEST(test_a_model_comes_back_whole),   TEST(test_each_lie_is_told),
        TEST(test_what_is_no_zip_is_refused),  TEST(test_weights_lie_where_keras_looks),
        TEST(test_keras_s_own_part_is_enough), TEST(test_bytes_that_changed_anywhere_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
