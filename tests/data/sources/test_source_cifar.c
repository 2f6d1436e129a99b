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
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };

    assert_null(source_open(path, NULL, &e));
    if (!strstr(e.text, words))
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_batches_are_one_set_with_interleaved_colours(void **state)
{
    struct error e = { 0 };
    struct dataset_info info;

    data_write_cifar(*state, 3);
    struct source *s = source_open(*state, NULL, &e);
    assert_non_null(s);
    data_expect(s, 15, 3);
    source_describe(s, &info);
    assert_string_equal(info.format, "cifar");
    assert_int_equal(info.channels, 3);
    assert_string_equal(info.class_names[0], "airplane");
    assert_string_equal(info.class_names[9], "truck");
    source_close(s);

    folder_write(*state, "batches.meta.txt", "Flugzeug\nAuto\n\n", 15);
    s = source_open(*state, NULL, &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_string_equal(info.class_names[1], "Auto");
    assert_string_equal(info.class_names[2], "bird");
    source_close(s);
}

static void test_a_missing_batch_is_named(void **state)
{
    data_write_cifar(*state, 1);
    unlink(folder_path(*state, "data_batch_4.bin"));
    expect_failure(*state, "data_batch_4.bin is missing");
}

static void test_a_batch_cut_short_is_told(void **state)
{
    data_write_cifar(*state, 2);
    assert_int_equal(truncate(folder_path(*state, "test_batch.bin"), 5000), 0);
    expect_failure(*state, "test_batch.bin is cut short or damaged: its 5000 bytes");
}

static void test_a_label_out_of_range_is_told(void **state)
{
    const uint32_t index[] = { 3 };
    struct error e = { 0 };
    uint8_t image[3072];
    int32_t label;

    data_write_cifar(*state, 2);
    FILE *file = fopen(folder_path(*state, "data_batch_2.bin"), "r+b");
    assert_non_null(file);
    fseek(file, 3073, SEEK_SET);
    fputc(77, file);
    fclose(file);

    struct source *s = source_open(*state, NULL, &e);
    assert_non_null(s);
    assert_false(source_read(s, SPLIT_TRAIN, index, 1, image, &label, &e));
    assert_non_null(strstr(e.text, "data_batch_2.bin: the label of image 1 is 77, which is not in 0…9"));
    source_close(s);
}

/* A superclass before each label. */
static void test_the_hundred_classes_are_read(void **state)
{
    static const char *const files[SPLIT_COUNT] = { "train.bin", "test.bin" };
    static const uint32_t counts[SPLIT_COUNT] = { 12, 5 };
    struct error e = { 0 };
    struct dataset_info info;

    for (int split = 0; split < SPLIT_COUNT; split++) {
        FILE *file = fopen(folder_path(*state, files[split]), "wb");

        assert_non_null(file);
        for (uint32_t i = 0; i < counts[split]; i++) {
            fputc(19, file);
            fputc(data_label((enum split)split, i, 100), file);
            for (size_t k = 0; k < 3072; k++)
                fputc(data_pixel((enum split)split, i, k % 1024 * 3 + k / 1024), file);
        }
        fclose(file);
    }
    struct source *s = source_open(*state, NULL, &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_int_equal(info.classes, 100);
    assert_string_equal(info.class_names[99], "99");
    data_expect(s, counts[SPLIT_TRAIN], counts[SPLIT_TEST]);
    source_close(s);
    folder_write(*state, "fine_label_names.txt", "apple\naquarium_fish\n", 20);
    s = source_open(*state, NULL, &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_string_equal(info.class_names[1], "aquarium_fish");
    source_close(s);
    unlink(folder_path(*state, "test.bin"));
    expect_failure(*state, "test.bin is missing: CIFAR-100 has train.bin and test.bin");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_batches_are_one_set_with_interleaved_colours),
        IN_FOLDER(test_a_missing_batch_is_named),
        IN_FOLDER(test_a_batch_cut_short_is_told),
        IN_FOLDER(test_a_label_out_of_range_is_told),
        IN_FOLDER(test_the_hundred_classes_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
