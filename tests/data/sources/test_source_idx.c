#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "data/sources/source.h"
#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static struct source *open_well(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e);

    if (!s)
        fail_msg("%s", e.text);
    return s;
}

/* Opening, or else reading everything, must fail and say `words`. */
static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e), *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

    assert_null(loaded);
    source_close(s);
    if (!strstr(e.text, words))
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_plain_and_compressed_files_give_the_same(void **state)
{
    for (int compressed = 0; compressed < 2; compressed++) {
        struct dataset_info info;

        data_write_idx(*state, 57, 13, 5, 7, compressed);
        struct source *s = open_well(*state);
        source_describe(s, &info);
        assert_int_equal(info.height, 5);
        assert_int_equal(info.width, 7);
        assert_int_equal(info.channels, 1);
        assert_int_equal(info.classes, 10);
        assert_string_equal(info.format, "idx");
        assert_string_equal(info.name, path_name(*state));
        data_expect(s, 57, 13);
        source_close(s);
        if (!compressed)
            assert_int_equal(unlink(folder_path(*state, "train-images-idx3-ubyte")), 0);
    }
}

static void test_names_with_a_dot_are_found(void **state)
{
    data_write_idx(*state, 3, 2, 4, 4, 0);
    assert_int_equal(
        rename(folder_path(*state, "t10k-labels-idx1-ubyte"), folder_path(*state, "t10k-labels.idx1-ubyte")), 0);
    struct source *s = open_well(*state);
    data_expect(s, 3, 2);
    source_close(s);
}

static void test_a_missing_file_is_named(void **state)
{
    data_write_idx(*state, 3, 2, 4, 4, 0);
    unlink(folder_path(*state, "t10k-labels-idx1-ubyte"));
    expect_failure(*state, "has no t10k-labels-idx1-ubyte");
}

static void test_images_that_are_cut_short_are_counted(void **state)
{
    data_write_idx(*state, 30, 2, 4, 4, 0);
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte"), 30, 4, 4, SPLIT_TRAIN, 21, 0);
    expect_failure(*state, "train-images-idx3-ubyte is cut short: it announces 30 images, and holds 21");
}

static void test_compressed_images_that_are_cut_short_are_counted(void **state)
{
    data_write_idx(*state, 30, 2, 4, 4, 1);
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte.gz"), 30, 4, 4, SPLIT_TRAIN, 21, 1);
    expect_failure(*state, "train-images-idx3-ubyte.gz is cut short: it announces 30 images, and holds 21");
}

static void test_a_compressed_file_cut_in_the_middle_is_told(void **state)
{
    const char *path;

    data_write_idx(*state, 3000, 2, 8, 8, 1);
    path = folder_path(*state, "train-images-idx3-ubyte.gz");
    assert_int_equal(truncate(path, 600), 0);
    expect_failure(*state, "train-images-idx3-ubyte.gz is cut short: it announces 3000 images, and holds");
}

static void test_a_damaged_compressed_file_is_told(void **state)
{
    data_write_idx(*state, 3000, 2, 8, 8, 1);
    FILE *file = fopen(folder_path(*state, "train-images-idx3-ubyte.gz"), "r+b");
    assert_non_null(file);
    fseek(file, 300, SEEK_SET);
    for (int i = 0; i < 40; i++)
        fputc(0xFF, file);
    fclose(file);
    expect_failure(*state, "train-images-idx3-ubyte.gz is damaged");
}

static void test_labels_that_are_cut_short_are_counted(void **state)
{
    data_write_idx(*state, 30, 2, 4, 4, 0);
    data_write_idx_labels(folder_path(*state, "train-labels-idx1-ubyte"), 30, SPLIT_TRAIN, 11, 0);
    expect_failure(*state, "train-labels-idx1-ubyte is cut short: it announces 30 labels, and holds 11");
}

static void test_counts_that_disagree_are_told(void **state)
{
    data_write_idx(*state, 30, 2, 4, 4, 0);
    data_write_idx_labels(folder_path(*state, "train-labels-idx1-ubyte"), 29, SPLIT_TRAIN, 29, 0);
    expect_failure(*state, "train-images-idx3-ubyte has 30 images, but ");
    expect_failure(*state, "train-labels-idx1-ubyte has 29 labels");
}

static void test_a_label_out_of_range_is_told(void **state)
{
    static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 9, 10, 0 };

    data_write_idx(*state, 3, 2, 4, 4, 0);
    folder_write(*state, "train-labels-idx1-ubyte", labels, sizeof labels);
    expect_failure(*state, "train-labels-idx1-ubyte: label 1 is 10, which is not in 0…9");
}

static void test_a_wrong_file_is_told(void **state)
{
    data_write_idx(*state, 3, 2, 4, 4, 0);
    folder_write(*state, "train-images-idx3-ubyte", "a text, not images", 18);
    expect_failure(*state, "is not an IDX file of images: it begins with 0x61207465, not 0x00000803");
    folder_write(*state, "train-images-idx3-ubyte", "", 0);
    expect_failure(*state, "is too short for an IDX file");
}

static void test_an_impossible_shape_is_told(void **state)
{
    data_write_idx(*state, 3, 2, 4, 4, 0);
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte"), 3, 0, 4, SPLIT_TRAIN, 3, 0);
    expect_failure(*state, "announces images of 0×4");
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte"), 3, 4, 5, SPLIT_TRAIN, 3, 0);
    expect_failure(*state, "has images of 4×5, but ");
}

/* A header may announce any size: that must neither crash nor use up the memory. */
static void test_an_absurd_count_is_told(void **state)
{
    const uint32_t fits = 0x10000;

    data_write_idx(*state, 3, 2, 4, 4, 1);
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte.gz"), 0x10000000, 4, 4, SPLIT_TRAIN, 3, 1);
    data_write_idx_labels(folder_path(*state, "train-labels-idx1-ubyte.gz"), 0x10000000, SPLIT_TRAIN, 3, 1);
    expect_failure(*state, "train-images-idx3-ubyte.gz announces 4295 MB of images in 0.0 MB");
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte.gz"), fits, 4, 4, SPLIT_TRAIN, 3, 1);
    data_write_idx_labels(folder_path(*state, "train-labels-idx1-ubyte.gz"), fits, SPLIT_TRAIN, 3, 1);
    expect_failure(*state, "train-labels-idx1-ubyte.gz is cut short: it announces 65536 labels, and holds 3");
}

static void test_a_folder_of_something_else_says_what_would_be_read(void **state)
{
    folder_write(*state, "notes.txt", "x", 1);
    expect_failure(*state, "MNIST's four IDX files");
    expect_failure(*state, "a folder of JPEG or PNG files for each class");
    expect_failure(*state, "CIFAR's binary batches");
    expect_failure(folder_path(*state, "notes.txt"), "HDF5");
    expect_failure(folder_path(*state, "nothing"), "No such file or directory");
}

static void test_real_mnist_is_what_it_is_known_to_be(void **state)
{
    const char *data = getenv("CUVETTE_TEST_DATA");
    uint32_t first[] = { 0, 1, 2, 3, 59999 };
    uint8_t images[5][784];
    int32_t labels[5];
    struct error e = { 0 };
    struct dataset_info info;
    (void)state;

    if (!data || !path_is_folder(folder_path(data, "mnist")))
        skip();
    struct source *s = open_well(folder_path(data, "mnist"));
    source_describe(s, &info);
    assert_int_equal(info.count[SPLIT_TRAIN], 60000);
    assert_int_equal(info.count[SPLIT_TEST], 10000);
    assert_true(source_read(s, SPLIT_TRAIN, first, 5, images[0], labels, &e));
    assert_memory_equal(labels, ((int32_t[]){ 5, 0, 4, 1, 8 }), sizeof labels);
    assert_int_equal(images[0][0], 0);
    source_close(s);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_plain_and_compressed_files_give_the_same),
        IN_FOLDER(test_names_with_a_dot_are_found),
        IN_FOLDER(test_a_missing_file_is_named),
        IN_FOLDER(test_images_that_are_cut_short_are_counted),
        IN_FOLDER(test_compressed_images_that_are_cut_short_are_counted),
        IN_FOLDER(test_a_compressed_file_cut_in_the_middle_is_told),
        IN_FOLDER(test_a_damaged_compressed_file_is_told),
        IN_FOLDER(test_labels_that_are_cut_short_are_counted),
        IN_FOLDER(test_counts_that_disagree_are_told),
        IN_FOLDER(test_a_label_out_of_range_is_told),
        IN_FOLDER(test_a_wrong_file_is_told),
        IN_FOLDER(test_an_impossible_shape_is_told),
        IN_FOLDER(test_an_absurd_count_is_told),
        IN_FOLDER(test_a_folder_of_something_else_says_what_would_be_read),
        cmocka_unit_test(test_real_mnist_is_what_it_is_known_to_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
