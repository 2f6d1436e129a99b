/* SVHN's cropped digits in MATLAB's files of level 5, written here as MATLAB writes them. */
#include "tests/support/check.h"

#include <stdio.h>

#include <zlib.h>

#include "data/sources/source_memory.h"
#include "tests/support/damage.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { HEIGHT = 4, WIDTH = 5, CHANNELS = 3, TRAIN = 23, TEST = 7, MOST = 1 << 14 };

struct bytes {
    uint8_t at[MOST];
    size_t size;
    bool swapped;
};

static void put(struct bytes *b, const void *from, size_t size)
{
    assert_true(b->size + size <= MOST);
    memcpy(b->at + b->size, from, size);
    b->size += size;
}

static void put_number(struct bytes *b, uint32_t n)
{
    const uint32_t stored = b->swapped ? __builtin_bswap32(n) : n;

    put(b, &stored, 4);
}

static void put_element(struct bytes *b, uint32_t type, const void *from, size_t size)
{
    static const uint8_t nothing[8];

    put_number(b, type);
    put_number(b, (uint32_t)size);
    put(b, from, size);
    put(b, nothing, (8 - size % 8) % 8);
}

/* A name of four letters at most stands in its tag. */
static void put_name(struct bytes *b, const char *name)
{
    uint8_t letters[4] = { 0 };

    memcpy(letters, name, strlen(name));
    put_number(b, 1 | (uint32_t)strlen(name) << 16);
    put(b, letters, 4);
}

struct matrix {
    const char *name;
    uint32_t class, type, rank, size[4];
    const void *elements;
    size_t bytes;
};

static void put_matrix(struct bytes *to, const struct matrix *m, bool packed)
{
    struct bytes inside = { .swapped = to->swapped }, sizes = { .swapped = to->swapped },
                 flags = { .swapped = to->swapped };

    put_number(&flags, m->class);
    put_number(&flags, 0);
    put_element(&inside, 6, flags.at, flags.size);
    for (uint32_t i = 0; i < m->rank; i++)
        put_number(&sizes, m->size[i]);
    put_element(&inside, 5, sizes.at, sizes.size);
    put_name(&inside, m->name);
    put_element(&inside, m->type, m->elements, m->bytes);
    if (!packed) {
        put_element(to, 14, inside.at, inside.size);
        return;
    }

    struct bytes whole = { .swapped = to->swapped };
    uint8_t small[MOST];
    uLongf size = sizeof small;

    put_element(&whole, 14, inside.at, inside.size);
    assert_int_equal(compress(small, &size, whole.at, whole.size), Z_OK);
    put_number(to, 15);
    put_number(to, (uint32_t)size);
    put(to, small, size); /* what is compressed is not filled up */
}

static void begin(struct bytes *b, bool swapped)
{
    char header[129];

    *b = (struct bytes){ .swapped = swapped };
    snprintf(header, sizeof header, "%-124s%s", "MATLAB 5.0 MAT-file, Platform: GLNX86", swapped ? "\x01" : "");
    header[124] = 0;
    header[125] = 1;
    memcpy(header + 126, swapped ? "MI" : "IM", 2);
    put(b, header, 128);
}

static uint8_t pixels[TRAIN * HEIGHT * WIDTH * CHANNELS], labels[TRAIN];

static struct matrix images_of(enum split split, uint32_t count)
{
    const size_t size = HEIGHT * WIDTH * CHANNELS;

    for (uint32_t i = 0; i < count; i++) {
        labels[i] = (uint8_t)data_label(split, i, 10);
        if (labels[i] == 0)
            labels[i] = 10;
        for (size_t y = 0; y < HEIGHT; y++)
            for (size_t x = 0; x < WIDTH; x++)
                for (size_t c = 0; c < CHANNELS; c++)
                    pixels[i * size + (c * WIDTH + x) * HEIGHT + y] =
                        data_pixel(split, i, (y * WIDTH + x) * CHANNELS + c);
    }
    return (struct matrix){ "X", 9, 2, 4, { HEIGHT, WIDTH, CHANNELS, count }, pixels, count * size };
}

/* As MATLAB saves doubles that are small whole numbers. */
static struct matrix labels_of(uint32_t count)
{
    return (struct matrix){ "y", 6, 2, 2, { count, 1 }, labels, count };
}

static void write_split(const char *folder, enum split split, uint32_t count, bool swapped, bool packed, bool y_first)
{
    const struct matrix x = images_of(split, count), y = labels_of(count);
    struct bytes b;

    begin(&b, swapped);
    put_matrix(&b, y_first ? &y : &x, packed);
    put_matrix(&b, y_first ? &x : &y, packed);
    folder_write(folder, split == SPLIT_TRAIN ? "train_32x32.mat" : "test_32x32.mat", b.at, b.size);
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

static void test_images_are_turned_and_ten_is_zero(void **state)
{
    for (int form = 0; form < 8; form++) {
        struct error e = { 0 };
        struct dataset_info info;

        write_split(*state, SPLIT_TRAIN, TRAIN, form & 1, form & 2, form & 4);
        write_split(*state, SPLIT_TEST, TEST, form & 1, form & 2, form & 4);
        struct source *s = source_open(*state, NULL, &e);

        assert_good(s, e);
        source_describe(s, &info);
        assert_string_equal(info.format, "svhn");
        assert_int_equal(info.classes, 10);
        assert_int_equal(info.height, HEIGHT);
        assert_int_equal(info.width, WIDTH);
        data_expect(s, TRAIN, TEST);
        source_close(s);
    }
}

static void expect_train_fails(const char *folder, const struct matrix *x, const struct matrix *y, const char *words)
{
    struct bytes b;

    begin(&b, false);
    put_matrix(&b, x, true);
    if (y)
        put_matrix(&b, y, true);
    folder_write(folder, "train_32x32.mat", b.at, b.size);
    expect_failure(folder, words);
}

static void test_what_is_wrong_is_told(void **state)
{
    struct matrix x = images_of(SPLIT_TRAIN, TRAIN), y = labels_of(TRAIN);

    write_split(*state, SPLIT_TEST, TEST, false, true, false);
    images_of(SPLIT_TRAIN, TRAIN);
    expect_train_fails(*state, &x, NULL, "train_32x32.mat has no array y");
    y.size[0] = TRAIN - 1, y.bytes--;
    expect_train_fails(*state, &x, &y, "X has 23 images, but y has 22 labels");
    y = labels_of(TRAIN);
    labels[3] = 11;
    expect_train_fails(*state, &x, &y, "label 3 in y is 11, which is no digit (10 means 0)");
    images_of(SPLIT_TRAIN, TRAIN);
    x.rank = 3;
    expect_train_fails(*state, &x, &y, "X is no plain array of numbers, or is damaged");
    x = images_of(SPLIT_TRAIN, TRAIN);
    x.size[3] = 1 << 30;
    expect_train_fails(*state, &x, &y, "X is no plain array of numbers, or is damaged");
    x = images_of(SPLIT_TRAIN, TRAIN);
    x.class = 8;
    expect_train_fails(*state, &x, &y, "X must be bytes, (height, width, channels, count)");
    folder_put(*state, "train_32x32.mat", "MATLAB 5.0 and no more");
    expect_failure(*state, "is no file of MATLAB's level 5");

    char newer[512] = "MATLAB 7.3 MAT-file, HDF5";

    folder_write(*state, "train_32x32.mat", newer, sizeof newer);
    expect_failure(*state, "is of MATLAB's version 7.3, which is not read; please save it with -v7");
}

/* Cut or changed anywhere: the images and labels that were written, or words. */
static void test_damage_is_told_or_does_no_harm(void **state)
{
    char path[PATH_SIZE], whole[PATH_SIZE];

    snprintf(path, sizeof path, "%s/train_32x32.mat", (char *)*state);
    snprintf(whole, sizeof whole, "%s/whole.mat", (char *)*state);
    for (int packed = 0; packed < 2; packed++) {
        write_split(*state, SPLIT_TEST, TEST, false, true, false);
        write_split(*state, SPLIT_TRAIN, TRAIN, false, packed, false);
        assert_int_equal(rename(path, whole), 0);
        for (uint64_t seed = 0; seed < 300; seed++) {
            struct error e = { 0 };

            damage_file(whole, path, seed);
            struct source *s = source_open(*state, NULL, &e),
                          *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

            assert_true(loaded || e.text[0]);
            source_close(loaded);
            source_close(s);
        }
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_images_are_turned_and_ten_is_zero),
        IN_FOLDER(test_what_is_wrong_is_told),
        IN_FOLDER(test_damage_is_told_or_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
