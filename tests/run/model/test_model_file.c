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

#include "base/hdf5.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"
#include "tests/support/damage.h"
#include "tests/support/drawn_model.h"
#include "tests/support/folder.h"

static void test_weights_come_back_bit_for_bit(void **state)
{
    drawn_model_comes_back(*state, drawn_model_everything, shape_image(13, 11, 3));
    drawn_model_comes_back(*state, "[layers]\nflatten=\ndense = units=3 bias=no\n", shape_image(5, 5, 1));
}

static void test_weights_of_branches_come_back_bit_for_bit(void **state)
{
    drawn_model_comes_back(*state, drawn_model_branched, shape_image(9, 8, 3));
}

/* An attribute ends at 64 KiB; the names of many classes need more. */
static void test_many_long_class_names_fit(void **state)
{
    enum { CLASSES = 1024 };
    static char names[CLASSES][CLASS_NAME_SIZE];
    struct drawn_model m;
    int count;

    for (int i = 0; i < CLASSES; i++)
        snprintf(names[i], sizeof names[i], "class %056d", i);
    drawn_model_make(&m, drawn_model_branched, shape_image(9, 8, 3), true);
    m.weights.classes = CLASSES;
    m.weights.class_names = (const char(*)[CLASS_NAME_SIZE])names;
    drawn_model_write(&m, folder_path(*state, "model.h5"));
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
    drawn_model_free(&m);
}

static void expect_refused(const char *path, const struct drawn_model *m, const char *words)
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
    struct drawn_model m, other;

    drawn_model_make(&m, drawn_model_everything, shape_image(13, 11, 3), true);
    drawn_model_write(&m, path);
    drawn_model_make(&other, "[layers]\nflatten=\ndense = units=3\n", shape_image(13, 11, 3), false);
    expect_refused(path, &other, "");
    drawn_model_free(&other);
    drawn_model_make(&other, "[layers]\nconv2d = filters=4 stride=2 bias=no\nflatten=\ndense = units=3\n",
               shape_image(13, 11, 3), false);
    expect_refused(path, &other, "layer batch_normalization has 4 weights");
    drawn_model_free(&other);
    drawn_model_make(&other, drawn_model_everything, shape_image(13, 11, 1), false);
    expect_refused(path, &other, "kernel of layer conv2d is 3x3x3x4, but the recipe makes it 3x3x1x4");
    drawn_model_free(&other);

    char longer[1000];
    snprintf(longer, sizeof longer, "%sdense = units=3\n", drawn_model_everything);
    drawn_model_make(&other, longer, shape_image(13, 11, 3), false);
    expect_refused(path, &other, "it has 5 layers with weights, the recipe has 6");
    drawn_model_free(&other);
    drawn_model_make(&other, longer, shape_image(13, 11, 3), true);
    drawn_model_write(&other, path);
    expect_refused(path, &m, "it has 6 layers with weights, the recipe has 5");
    drawn_model_free(&other);
    drawn_model_free(&m);
}

static void test_foreign_files_are_refused(void **state)
{
    const char *path = folder_path(*state, "model.h5");
    struct drawn_model m;
    struct error e = { 0 };

    drawn_model_make(&m, drawn_model_everything, shape_image(13, 11, 3), true);
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
    drawn_model_free(&m);
}

/* A model that somebody sent must not make the program read another file. */
static void test_numbers_in_another_file_are_refused(void **state)
{
    static const char *const names[] = { "model_weights/conv2d/conv2d/kernel:0", "cuvette/normalisation" };
    const char *path = folder_path(*state, "model.h5");
    const hsize_t sizes[][4] = { { 3, 3, 3, 4 }, { 2, 3 } };
    const int ranks[] = { 4, 2 };
    struct drawn_model m;

    drawn_model_make(&m, drawn_model_everything, shape_image(13, 11, 3), true);
    for (int i = 0; i < 2; i++) {
        drawn_model_write(&m, path);
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
    drawn_model_free(&m);
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
    struct drawn_model m;
    char *bytes = malloc(1 << 20);

    assert_non_null(bytes);
    drawn_model_make(&m, drawn_model_everything, shape_image(13, 11, 3), true);
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    FILE *in = fopen(folder_path(*state, "model.h5"), "rb");
    assert_non_null(in);
    size_t size = fread(bytes, 1, 1 << 20, in);
    fclose(in);
    for (size_t cut = 0; cut < size; cut += size / 23 + 1)
        expect_refused(folder_write(*state, "cut.h5", bytes, cut), &m, "cut.h5");
    free(bytes);
    drawn_model_free(&m);
}

/* Whatever has changed in it, a file is read or refused with words. */
static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FILES = 60 };
    const char *path = folder_path(*state, "model.h5");
    struct drawn_model m, back;

    drawn_model_make(&m, drawn_model_everything, shape_image(9, 9, 2), true);
    drawn_model_make(&back, drawn_model_everything, shape_image(9, 9, 2), false);
    drawn_model_write(&m, path);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct error e = { 0 };

        damage_file(path, folder_path(*state, "changed.h5"), seed);
        assert_true(h5_weights_read(folder_path(*state, "changed.h5"), &back.recipe, back.plan, back.parameters,
                                    back.statistics, &e) || e.text[0]);
    }
    drawn_model_free(&m);
    drawn_model_free(&back);
}

static void test_places_that_cannot_be_written_are_told(void **state)
{
    struct drawn_model m;
    struct error e = { 0 };

    drawn_model_make(&m, drawn_model_branched, shape_image(9, 8, 3), true);
    folder_put(*state, "file", "");
    assert_false(model_file_write(folder_path(*state, "file/model.h5"), &m.recipe, &m.weights, NULL, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(model_file_write(folder_path(*state, "model.bin"), &m.recipe, &m.weights, NULL, &e));
    assert_int_equal(e.kind, ERROR_USAGE);
    assert_int_equal(folder_entries(*state), 1);
    drawn_model_free(&m);
}

static void test_no_space_leaves_nothing_and_the_next_file_is_fine(void **state)
{
    struct drawn_model m;
    struct rlimit before, small;

    drawn_model_make(&m, "[layers]\nflatten=\ndense = units=2000\ndense = units=3\n", shape_image(13, 11, 3), true);
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
    drawn_model_write(&m, folder_path(*state, "model.h5"));
    assert_int_equal(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    drawn_model_free(&m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_weights_come_back_bit_for_bit),
        TEST(test_weights_of_branches_come_back_bit_for_bit),
        TEST(test_many_long_class_names_fit),
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
