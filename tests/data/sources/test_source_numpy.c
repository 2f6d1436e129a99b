/* .npz files and folders of .npy files, as NumPy writes them. */
#include "tests/support/check.h"

#include <archive.h>
#include <archive_entry.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { TRAIN = 23, TEST = 7, HEIGHT = 4, WIDTH = 5, CLASSES = 10, ARRAY_MOST = 1 << 16 };

struct array {
    unsigned char bytes[ARRAY_MOST];
    size_t size;
};

/* Version 1 of the format; the elements come after it. */
static void begin(struct array *a, const char *type, const char *shape, const char *order)
{
    char dictionary[256];
    int length = snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", type,
                          order, shape);

    memcpy(a->bytes, "\x93NUMPY\x01\x00", 8);
    a->bytes[8] = (unsigned char)length;
    a->bytes[9] = 0;
    memcpy(a->bytes + 10, dictionary, (size_t)length);
    a->size = 10 + (size_t)length;
}

static void put(struct array *a, const void *bytes, size_t size)
{
    assert_in_range(a->size + size, 0, ARRAY_MOST);
    memcpy(a->bytes + a->size, bytes, size);
    a->size += size;
}

static void make_images(struct array *a, enum split split, uint32_t count, int channels)
{
    char shape[64];

    snprintf(shape, sizeof shape, channels > 1 ? "(%u, %d, %d, %d)" : "(%u, %d, %d)", count, HEIGHT, WIDTH, channels);
    begin(a, "|u1", shape, "False");
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < (size_t)(HEIGHT * WIDTH * channels); k++)
            put(a, &(uint8_t){ data_pixel(split, i, k) }, 1);
}

/* As '<i8', '>i2' or '|u1'. */
static void make_labels(struct array *a, enum split split, uint32_t count, const char *type, const char *form)
{
    char shape[64];

    snprintf(shape, sizeof shape, form, count);
    begin(a, type, shape, "False");
    for (uint32_t i = 0; i < count; i++) {
        int bytes = type[2] - '0';
        uint8_t element[8] = { 0 };

        element[type[0] == '>' ? bytes - 1 : 0] = (uint8_t)data_label(split, i, CLASSES);
        put(a, element, (size_t)bytes);
    }
}

/* IEEE 754's half of a number that is one, from 0 to 255. */
static uint16_t half_of(double value)
{
    int exponent;
    double mantissa = frexp(value, &exponent);

    return value == 0 ? 0 : (uint16_t)((exponent + 14) << 10 | ((int)ldexp(mantissa, 11) & 1023));
}

static void put_number(struct array *a, const char *type, double value)
{
    const float single = (float)value;
    const uint16_t half = half_of(value);
    uint8_t bytes[8], turned[8];
    const int size = type[2] - '0';

    memcpy(bytes, size == 8 ? (const void *)&value : size == 4 ? (const void *)&single : &half, (size_t)size);
    for (int i = 0; i < size; i++)
        turned[i] = bytes[type[0] == '>' ? size - 1 - i : i];
    put(a, turned, (size_t)size);
}

/* The images' bytes times `scale` and moved; as '<f4', '>f8' or '<f2'. */
static void make_numbers(struct array *a, enum split split, uint32_t count, const char *type, double scale, double move)
{
    char shape[64];

    snprintf(shape, sizeof shape, "(%u, %d, %d)", count, HEIGHT, WIDTH);
    begin(a, type, shape, "False");
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < HEIGHT * WIDTH; k++)
            put_number(a, type, data_pixel(split, i, k) * scale + move);
}

enum { X_TRAIN, Y_TRAIN, X_TEST, Y_TEST, ARRAYS };
static const char *const usual[ARRAYS] = { "x_train", "y_train", "x_test", "y_test" };

static void make_good(struct array arrays[ARRAYS], int channels)
{
    make_images(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, channels);
    make_labels(&arrays[Y_TRAIN], SPLIT_TRAIN, TRAIN, "<i8", "(%u,)");
    make_images(&arrays[X_TEST], SPLIT_TEST, TEST, channels);
    make_labels(&arrays[Y_TEST], SPLIT_TEST, TEST, ">i2", "(%u, 1)");
}

static void write_folder(const char *folder, const struct array arrays[ARRAYS], const char *const names[ARRAYS])
{
    for (int i = 0; i < ARRAYS; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s.npy", names[i]);
        if (arrays[i].size > 0)
            folder_write(folder, name, arrays[i].bytes, arrays[i].size);
    }
}

static void write_npz(const char *path, const struct array arrays[ARRAYS], const char *const names[ARRAYS],
                      const char *compression)
{
    struct archive *a = archive_write_new();

    archive_write_set_format_zip(a);
    assert_int_equal(archive_write_set_format_option(a, "zip", "compression", compression), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (int i = 0; i < ARRAYS; i++) {
        struct archive_entry *entry = archive_entry_new();
        char name[64];

        snprintf(name, sizeof name, "%s.npy", names[i]);
        archive_entry_set_pathname(entry, name);
        archive_entry_set_size(entry, (la_int64_t)arrays[i].size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, arrays[i].bytes, arrays[i].size), (la_ssize_t)arrays[i].size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

static void expect_read(const char *path, int channels, const char *name)
{
    struct error e = { 0 };
    struct dataset_info info;
    struct source *s = source_open(path, NULL, &e);

    assert_good(s, e);
    source_describe(s, &info);
    assert_string_equal(info.format, "numpy");
    assert_string_equal(info.name, name);
    assert_int_equal(info.height, HEIGHT);
    assert_int_equal(info.width, WIDTH);
    assert_int_equal(info.channels, channels);
    assert_int_equal(info.classes, CLASSES);
    data_expect(s, TRAIN, TEST);
    source_close(s);
}

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e), *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

    assert_null(loaded);
    source_close(s);
    assert_holds(e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static struct array arrays[ARRAYS];

static void test_archives_are_read_stored_and_compressed(void **state)
{
    static const char *const compressions[] = { "store", "deflate" };
    const char *path = folder_path(*state, "mnist.npz");

    for (int channels = 1; channels <= 3; channels += 2)
        for (size_t i = 0; i < sizeof compressions / sizeof *compressions; i++) {
            make_good(arrays, channels);
            write_npz(path, arrays, usual, compressions[i]);
            expect_read(path, channels, "mnist");
        }
}

static void test_folders_are_read_under_other_names_too(void **state)
{
    static const char *const others[ARRAYS] = { "train_images", "train_labels", "val_images", "val_labels" };
    static const char *const sets[] = { "pets", "medical" };

    make_good(arrays, 1);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        char path[PATH_SIZE];

        text_copy(path, sizeof path, folder_path(*state, sets[i]));
        assert_int_equal(mkdir(path, 0700), 0);
        write_folder(path, arrays, i ? others : usual);
        expect_read(path, 1, sets[i]);
    }
}

/* As lessons divide them, and as they come out of arithmetic: the same bytes again. */
static void test_numbers_become_bytes(void **state)
{
    static const struct {
        const char *type, *stored;
        double scale, move;
    } cases[] = {
        { "<f4", "floating-point numbers from 0 to 1", 1 / 255.0, 0 },
        { ">f8", "floating-point numbers from -1 to 1", 1 / 127.5, -1 },
        { "<f2", "floating-point numbers from 0 to 255", 1, 0 },
        { ">f4", "floating-point numbers from 0 to 255", 1, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int archive = 0; archive < 2; archive++) {
            const char *path = archive ? folder_path(*state, "floats.npz") : *state;
            struct error e = { 0 };
            struct dataset_info info;

            make_good(arrays, 1);
            make_numbers(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, cases[i].type, cases[i].scale, cases[i].move);
            make_numbers(&arrays[X_TEST], SPLIT_TEST, TEST, cases[i].type, cases[i].scale, cases[i].move);
            if (archive)
                write_npz(path, arrays, usual, "deflate");
            else
                write_folder(path, arrays, usual);

            struct source *s = source_open(path, NULL, &e);

            assert_good(s, e);
            source_describe(s, &info);
            assert_string_equal(info.stored, cases[i].stored);
            data_expect(s, TRAIN, TEST);
            source_close(s);
        }
}

static void test_numbers_out_of_any_range_are_told(void **state)
{
    make_good(arrays, 1);
    make_numbers(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, "<f4", 0.01, -1.5);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "images in x_train are floating-point numbers, but those in x_test bytes");
    make_numbers(&arrays[X_TEST], SPLIT_TEST, TEST, "<f4", 1, 0);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "x_train: its numbers go from -1.5 to 1.0");
    make_numbers(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, "<f4", 0.01, 0);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "x_train: its numbers go from 0 to 2.");
    make_numbers(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, "<f4", 1 / 255.0, 0);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "image 0 of x_test: a pixel is ");
    make_numbers(&arrays[X_TEST], SPLIT_TEST, TEST, "<f4", NAN, 0);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "image 0 of x_test: a pixel is ");
    make_numbers(&arrays[X_TRAIN], SPLIT_TRAIN, TRAIN, "<f4", 1 / 255.0, NAN);
    write_folder(*state, arrays, usual);
    expect_failure(*state, "x_train: its numbers go from -inf to -inf; floating-point images must be in 0…1");
}

static void test_what_is_missing_is_named(void **state)
{
    make_good(arrays, 1);
    arrays[Y_TEST].size = 0;
    write_folder(*state, arrays, usual);
    expect_failure(*state, "has x_test, but no y_test");
    make_good(arrays, 1);
    write_npz(folder_path(*state, "odd.npz"), arrays, (const char *const[]){ "a", "b", "c", "d" }, "store");
    expect_failure(folder_path(*state, "odd.npz"), "odd.npz has no x_train; cuvette reads arrays x_train, y_train");
}

static void expect_array_fails(const char *folder, const char *words)
{
    write_folder(folder, arrays, usual);
    expect_failure(folder, words);
    write_npz(folder_path(folder, "bad.npz"), arrays, usual, "deflate");
    expect_failure(folder_path(folder, "bad.npz"), words);
    make_good(arrays, 1);
}

static void test_arrays_of_another_kind_are_told(void **state)
{
    make_good(arrays, 1);
    begin(&arrays[X_TRAIN], "<i4", "(23, 4, 5)", "False");
    expect_array_fails(*state,
                       "x_train is int32 (23, 4, 5); images must be uint8, 0 to 255, or floating-point numbers");
    begin(&arrays[X_TRAIN], "|u1", "(23, 20)", "False");
    expect_array_fails(*state, "x_train is uint8 (23, 20); images must be (count, height, width)");
    begin(&arrays[X_TRAIN], "|u1", "(23, 4, 5)", "True");
    expect_array_fails(*state, "x_train is no array that can be read: its first index runs fastest");
    begin(&arrays[X_TRAIN], "[('a', '|u1')]", "(23, 4, 5)", "False");
    expect_array_fails(*state, "x_train is no array that can be read: its elements are no plain numbers");
    begin(&arrays[X_TRAIN], "|O", "(23,)", "False");
    expect_array_fails(*state, "x_train is no array that can be read: its elements are no plain numbers");
    begin(&arrays[X_TRAIN], "|u1", "(1, 1, 1, 1, 1)", "False");
    expect_array_fails(*state, "x_train is no array that can be read: it has more than 4 axes");
    arrays[X_TRAIN].bytes[1] = 'M';
    expect_array_fails(*state, "x_train is no array that can be read: it does not begin as NumPy's arrays do");
    begin(&arrays[Y_TRAIN], "<f8", "(23,)", "False");
    expect_array_fails(*state, "y_train is float64 (23); labels are class numbers from 0");
    begin(&arrays[Y_TRAIN], "<i8", "(23, 10)", "False");
    expect_array_fails(*state, "y_train is int64 (23, 10); labels are one class number an image, not one-hot");
    make_labels(&arrays[Y_TRAIN], SPLIT_TRAIN, TRAIN - 1, "<i8", "(%u,)");
    expect_array_fails(*state, "x_train has 23 images, but y_train has 22 labels");
    arrays[Y_TRAIN].bytes[arrays[Y_TRAIN].size - 1] = 0xFF;
    expect_array_fails(*state, "label 22 in y_train is -");
}

static void test_arrays_that_are_cut_short_are_told(void **state)
{
    make_good(arrays, 1);
    arrays[X_TRAIN].size -= 3 * HEIGHT * WIDTH - 1;
    write_folder(*state, arrays, usual);
    expect_failure(*state, "x_train is cut short: it announces 23 images, and holds 20");
    write_npz(folder_path(*state, "cut.npz"), arrays, usual, "deflate");
    expect_failure(folder_path(*state, "cut.npz"), "x_train is cut short");
    make_good(arrays, 1);
    arrays[Y_TEST].size -= 1;
    write_folder(*state, arrays, usual);
    expect_failure(*state, "y_test is cut short");
}

static size_t read_whole(const char *path, char bytes[ARRAY_MOST])
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size_t size = fread(bytes, 1, ARRAY_MOST, file);
    fclose(file);
    return size;
}

static void test_an_archive_cut_or_changed_is_told(void **state)
{
    static char bytes[ARRAY_MOST];
    const char *path = folder_path(*state, "whole.npz");

    make_good(arrays, 1);
    write_npz(path, arrays, usual, "deflate");
    size_t size = read_whole(path, bytes);
    for (size_t left = 0; left < size; left += 61) {
        struct error e = { 0 };
        struct source *s = source_open(folder_write(*state, "cut.npz", bytes, left), NULL, &e);
        struct source *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

        /* Its list of contents is at the end, and everything else may be there. */
        assert_true(loaded || e.text[0]);
        source_close(loaded);
        source_close(s);
    }
    write_npz(path, arrays, usual, "store");
    size = read_whole(path, bytes);
    char *images = memmem(bytes, size, arrays[X_TRAIN].bytes, arrays[X_TRAIN].size);
    assert_non_null(images);
    images[arrays[X_TRAIN].size - 1] ^= 0x55; /* only the checksum tells */
    expect_failure(folder_write(*state, "changed.npz", bytes, size),
                   "x_train is no array that can be read: it is damaged");
}

static void test_more_than_a_file_can_hold_is_not_read(void **state)
{
    make_good(arrays, 1);
    begin(&arrays[X_TRAIN], "|u1", "(2000000000, 28, 28)", "False");
    write_npz(folder_path(*state, "bomb.npz"), arrays, usual, "deflate");
    expect_failure(folder_path(*state, "bomb.npz"), "bomb.npz announces 1568000 MB of images in 0.0 MB");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_archives_are_read_stored_and_compressed),
        IN_FOLDER(test_folders_are_read_under_other_names_too),
        IN_FOLDER(test_numbers_become_bytes),
        IN_FOLDER(test_numbers_out_of_any_range_are_told),
        IN_FOLDER(test_what_is_missing_is_named),
        IN_FOLDER(test_arrays_of_another_kind_are_told),
        IN_FOLDER(test_arrays_that_are_cut_short_are_told),
        IN_FOLDER(test_an_archive_cut_or_changed_is_told),
        IN_FOLDER(test_more_than_a_file_can_hold_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
