/* The "python version" of CIFAR-10 and CIFAR-100, as Python 2 pickled it and Python 3 would. */
#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "data/sources/pickle.h"
#include "data/sources/source.h"
#include "tests/support/damage.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { IMAGE = 3072, CLASSES = 10 };

/* A pickle as it is written: protocol 2 has texts of one kind, 4 of two, and names on the stack. */
struct writer {
    FILE *file;
    int protocol;
};

static void put(struct writer *w, const char *bytes, size_t size)
{
    assert_int_equal(fwrite(bytes, 1, size, w->file), size);
}

#define PUT(w, bytes) put(w, bytes, sizeof(bytes) - 1)

static void put_number(struct writer *w, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        fputc((int)(number >> 8 * i & 0xFF), w->file);
}

static void put_text(struct writer *w, const char *text)
{
    fputc(w->protocol == 2 ? 'U' : 0x8C, w->file);
    put_number(w, strlen(text), 1);
    put(w, text, strlen(text));
    if (w->protocol == 4)
        fputc(0x94, w->file);
}

static void put_name(struct writer *w, const char *module, const char *name)
{
    if (w->protocol == 2) {
        fprintf(w->file, "c%s\n%s\n", module, name);
        return;
    }
    put_text(w, module);
    put_text(w, name);
    PUT(w, "\x93\x94");
}

static void put_integer(struct writer *w, int number)
{
    fputc(number < 256 ? 'K' : 'M', w->file);
    put_number(w, (uint64_t)number, number < 256 ? 1 : 2);
}

/* The bytes follow as planes. */
static void put_array(struct writer *w, enum split split, uint32_t first, uint32_t count)
{
    put_name(w, w->protocol == 2 ? "numpy.core.multiarray" : "numpy._core.multiarray", "_reconstruct");
    put_name(w, "numpy", "ndarray");
    PUT(w, "K\0\x85");
    put_text(w, "b");
    PUT(w, "\x87R(K\x01");
    put_integer(w, (int)count);
    put_integer(w, IMAGE);
    PUT(w, "\x86");
    put_name(w, "numpy", "dtype");
    put_text(w, "u1");
    PUT(w, "K\0K\1\x87R(K\3");
    put_text(w, "|");
    PUT(w, "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89");
    fputc(w->protocol == 2 ? 'T' : 'B', w->file);
    put_number(w, (uint64_t)count * IMAGE, 4);
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < IMAGE; k++)
            fputc(data_pixel(split, first + i, k % 1024 * 3 + k / 1024), w->file);
    PUT(w, "tb");
}

static void put_batch(struct writer *w, const char *labels, enum split split, uint32_t first, uint32_t count)
{
    fputc(0x80, w->file);
    fputc(w->protocol, w->file);
    if (w->protocol == 4)
        PUT(w, "\x95\0\0\0\0\0\0\0\0");
    PUT(w, "}q\1(");
    put_text(w, "batch_label");
    put_text(w, "training batch 1 of 5");
    put_text(w, labels);
    PUT(w, "]q\2(");
    for (uint32_t i = 0; i < count; i++)
        put_integer(w, data_label(split, first + i, labels[0] == 'f' ? 100 : CLASSES));
    PUT(w, "e");
    put_text(w, "data");
    put_array(w, split, first, count);
    put_text(w, "filenames");
    PUT(w, "](");
    for (uint32_t i = 0; i < count; i++)
        put_text(w, "a name that is longer than what is kept of texts.png");
    PUT(w, "eu.");
}

static void put_names(struct writer *w, const char *key, int count)
{
    fputc(0x80, w->file);
    fputc(w->protocol, w->file);
    PUT(w, "}(");
    put_text(w, key);
    PUT(w, "](");
    for (int i = 0; i < count; i++) {
        char name[32];

        snprintf(name, sizeof name, "class %d", i);
        put_text(w, name);
    }
    PUT(w, "eu.");
}

static void begin(struct writer *w, const char *folder, const char *name, int protocol)
{
    *w = (struct writer){ fopen(folder_path(folder, name), "wb"), protocol };
    assert_non_null(w->file);
}

static void write_batch(const char *folder, const char *name, int protocol, const char *labels, enum split split,
                        uint32_t first, uint32_t count)
{
    struct writer w;

    begin(&w, folder, name, protocol);
    put_batch(&w, labels, split, first, count);
    assert_int_equal(fclose(w.file), 0);
}

static void write_names(const char *folder, const char *name, int protocol, const char *key, int count)
{
    struct writer w;

    begin(&w, folder, name, protocol);
    put_names(&w, key, count);
    assert_int_equal(fclose(w.file), 0);
}

static void write_ten(const char *folder, int protocol, uint32_t count)
{
    for (uint32_t i = 0; i < 5; i++) {
        char name[32];

        snprintf(name, sizeof name, "data_batch_%u", i + 1);
        write_batch(folder, name, protocol, "labels", SPLIT_TRAIN, i * count, count);
    }
    write_batch(folder, "test_batch", protocol, "labels", SPLIT_TEST, 0, count);
    write_names(folder, "batches.meta", protocol, "label_names", CLASSES);
}

static struct source *open_well(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e);

    assert_good(s, e);
    return s;
}

static void expect_failure(const char *path, const char *words)
{
    struct error e = { 0 };

    assert_null(source_open(path, NULL, &e));
    assert_holds(e.text, words);
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_both_pickles_give_the_images(void **state)
{
    for (int protocol = 2; protocol <= 4; protocol += 2) {
        struct dataset_info info;

        write_ten(*state, protocol, 3);
        struct source *s = open_well(*state);
        data_expect(s, 15, 3);
        source_describe(s, &info);
        assert_string_equal(info.format, "pickle");
        assert_int_equal(info.classes, 10);
        assert_string_equal(info.class_names[7], "class 7");
        source_close(s);
    }
}

static void test_the_hundred_classes_are_read(void **state)
{
    struct dataset_info info;

    write_batch(*state, "train", 2, "fine_labels", SPLIT_TRAIN, 0, 300);
    write_batch(*state, "test", 2, "fine_labels", SPLIT_TEST, 0, 7);
    write_names(*state, "meta", 2, "fine_label_names", 100);
    struct source *s = open_well(*state);
    data_expect(s, 300, 7);
    source_describe(s, &info);
    assert_int_equal(info.classes, 100);
    assert_string_equal(info.class_names[99], "class 99");
    source_close(s);
}

static void test_what_is_missing_is_named(void **state)
{
    write_ten(*state, 2, 2);
    unlink(folder_path(*state, "data_batch_3"));
    expect_failure(*state, "data_batch_3 is missing");
    write_batch(*state, "data_batch_3", 2, "etiquettes", SPLIT_TRAIN, 4, 2);
    expect_failure(*state, "data_batch_3 has no list labels with a label for each of its 2 images");
    write_names(*state, "data_batch_3", 2, "labels", 2);
    expect_failure(*state, "data_batch_3 has no array data of 3072 bytes an image");
}

/* os.system("true"), as an attacker would put it into a pickle. */
static void test_nothing_is_run(void **state)
{
    static const char attack[] = "\x80\x02"
                                 "cos\nsystem\nU\x04true\x85R.";
    static const char call[] = "\x80\x02}U\x04trueK\x01R.";

    write_ten(*state, 2, 2);
    folder_write(*state, "test_batch", attack, sizeof attack - 1);
    expect_failure(*state, "test_batch is no pickle of a data set: it asks Python to run code that no data set needs");
    folder_write(*state, "test_batch", call, sizeof call - 1);
    expect_failure(*state, "it asks Python to run code that no data set needs");
    folder_write(*state, "test_batch", "P", 1);
    expect_failure(*state, "it holds what no data set needs");
    folder_write(*state, "test_batch", "\x80\x02]q\x01.", 6);
    expect_failure(*state, "it is no dictionary");
}

static void test_a_pickle_cut_anywhere_is_told(void **state)
{
    static char bytes[32768];

    write_ten(*state, 2, 2);
    FILE *file = fopen(folder_path(*state, "test_batch"), "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t left = 0; left < size; left += left < 200 || size - left < 100 ? 1 : 97) {
        folder_write(*state, "test_batch", bytes, left);
        expect_failure(*state, "test_batch is no pickle of a data set: it is cut short");
    }
}

static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FILES = 500 };

    write_ten(*state, 2, 1);
    assert_int_equal(rename(folder_path(*state, "test_batch"), folder_path(*state, "whole")), 0);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct error e = { 0 };

        damage_file(folder_path(*state, "whole"), folder_path(*state, "test_batch"), seed);
        struct source *s = source_open(*state, NULL, &e);
        assert_true(s || e.text[0]);
        source_close(s);
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_both_pickles_give_the_images),  IN_FOLDER(test_the_hundred_classes_are_read),
        IN_FOLDER(test_what_is_missing_is_named),      IN_FOLDER(test_nothing_is_run),
        IN_FOLDER(test_a_pickle_cut_anywhere_is_told), IN_FOLDER(test_bytes_that_changed_anywhere_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
