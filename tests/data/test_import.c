#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/import.h"
#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static const uint32_t everything[SPLIT_COUNT];

static bool import(struct source *s, const char *path, struct error *e)
{
    return import_to_hdf5(s, everything, path, NULL, NULL, e);
}

static void test_what_is_written_is_read_back(void **state)
{
    static const struct {
        int height, width, channels;
        uint32_t train, test;
    } cases[] = { { 28, 28, 1, 400, 170 }, { 32, 32, 3, 90, 1 }, { 5, 3, 4, 9, 2 }, { 300, 300, 3, 3, 2 } };
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = folder_path(*state, "made.h5");
        struct source *s =
            data_memory(cases[i].train, cases[i].test, cases[i].height, cases[i].width, cases[i].channels, 10);
        struct dataset_info info;

        if (!import(s, path, &e))
            fail_msg("%s", e.text);
        source_close(s);
        s = source_open(path, NULL, &e);
        if (!s)
            fail_msg("%s", e.text);
        source_describe(s, &info);
        assert_int_equal(info.height, cases[i].height);
        assert_int_equal(info.channels, cases[i].channels);
        assert_string_equal(info.name, "made");
        assert_null(info.class_names);
        data_expect(s, cases[i].train, cases[i].test);
        source_close(s);
        assert_int_equal(folder_entries(*state), 1);
    }
}

static void test_class_names_go_along(void **state)
{
    static const char class_names[3][CLASS_NAME_SIZE] = { "cat", "Käfer", "bird" };
    const struct dataset_info made = { .name = "made",
                                       .count = { 4, 2 },
                                       .height = 2,
                                       .width = 2,
                                       .channels = 1,
                                       .classes = 3,
                                       .class_names = class_names };
    const char *path = folder_path(*state, "named.h5");
    struct error e = { 0 };
    struct dataset_info info;
    struct source *s = source_memory_new(&made, &e);

    assert_true(import(s, path, &e));
    source_close(s);
    s = source_open(path, NULL, &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_int_equal(info.classes, 3);
    assert_string_equal(info.class_names[1], "Käfer");
    source_close(s);
}

static void test_limits_take_the_first_images(void **state)
{
    const uint32_t limit[SPLIT_COUNT] = { 7, 100 };
    struct source *s = data_memory(30, 5, 4, 4, 1, 10);
    struct error e = { 0 };

    assert_true(import_to_hdf5(s, limit, folder_path(*state, "few.h5"), NULL, NULL, &e));
    source_close(s);
    s = source_open(folder_path(*state, "few.h5"), NULL, &e);
    assert_non_null(s);
    data_expect(s, 7, 5);
    source_close(s);
}

static size_t read_file(const char *path, unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size = fread(bytes, 1, size, file);
    fclose(file);
    return size;
}

static void test_the_same_images_make_the_same_bytes(void **state)
{
    static unsigned char first[100000], second[100000];
    struct source *s = data_memory(30, 5, 4, 4, 3, 10);
    struct error e = { 0 };

    assert_true(import(s, folder_path(*state, "a.h5"), &e));
    assert_true(import(s, folder_path(*state, "b.h5"), &e));
    source_close(s);
    size_t size = read_file(folder_path(*state, "a.h5"), first, sizeof first);
    assert_in_range(size, 1, sizeof first - 1);
    assert_int_equal(read_file(folder_path(*state, "b.h5"), second, sizeof second), size);
    assert_memory_equal(first, second, size);
}

static bool stop_in_the_middle(void *context, double done)
{
    double *last = context;

    assert_true(done > *last);
    *last = done;
    return done < 0.5;
}

static void test_stopping_leaves_nothing(void **state)
{
    struct source *s = data_memory(3000, 5, 32, 32, 1, 10);
    struct error e = { 0 };
    double last = 0;

    assert_false(import_to_hdf5(s, everything, folder_path(*state, "x.h5"), stop_in_the_middle, &last, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_in_range((int)(last * 100), 50, 99);
    assert_int_equal(folder_entries(*state), 0);
    source_close(s);
}

/* Images that gzip cannot make smaller. */
static struct source *noise(void)
{
    struct source *s = data_memory(400, 5, 64, 64, 3, 10);
    uint8_t *images = source_memory_images(s, SPLIT_TRAIN);
    uint32_t state = 1;

    for (size_t i = 0; i < (size_t)400 * 64 * 64 * 3; i++) {
        state = state * 1664525 + 1013904223;
        images[i] = (uint8_t)(state >> 24);
    }
    return s;
}

/* A limit on the size of files stands in for a full disk where none can be mounted. */
static void test_a_file_that_grows_too_large_is_told_and_leaves_nothing(void **state)
{
    struct source *s = noise();
    struct rlimit before, small;
    struct error e = { 0 };

    folder_write(*state, "x.h5", "old", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 100; limit < 4000000; limit *= 6) {
        small = (struct rlimit){ .rlim_cur = limit, .rlim_max = before.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        bool written = import(s, folder_path(*state, "x.h5"), &e);
        setrlimit(RLIMIT_FSIZE, &before);

        assert_false(written);
        assert_non_null(strstr(e.text, "x.h5: File too large"));
        assert_int_equal(e.kind, ERROR_IO);
        assert_int_equal(folder_entries(*state), 1);
    }
    assert_true(import(s, folder_path(*state, "x.h5"), &e));
    source_close(s);
}

static void test_a_full_disk_is_told_and_leaves_nothing(void **state)
{
    struct source *s;
    struct error e = { 0 };

    if (mount("tmpfs", *state, "tmpfs", 0, "size=1m") != 0)
        skip();
    s = noise();
    bool written = import(s, folder_path(*state, "x.h5"), &e);
    int left = folder_entries(*state);
    umount(*state);
    source_close(s);
    assert_false(written);
    assert_non_null(strstr(e.text, "x.h5: No space left on device"));
    assert_int_equal(left, 0);
}

static void test_a_folder_that_is_not_there_is_told(void **state)
{
    struct source *s = data_memory(3, 1, 2, 2, 1, 2);
    struct error e = { 0 };

    assert_false(import(s, folder_path(*state, "none/x.h5"), &e));
    assert_non_null(strstr(e.text, "none/x.h5: No such file or directory"));
    source_close(s);
}

static void test_a_folder_that_cannot_be_written_is_told(void **state)
{
    struct source *s = data_memory(3, 1, 2, 2, 1, 2);
    struct error e = { 0 };

    folder_forbid(*state);
    bool written = import(s, folder_path(*state, "x.h5"), &e);
    folder_allow();
    assert_false(written);
    assert_non_null(strstr(e.text, "x.h5: Permission denied"));
    assert_int_equal(folder_entries(*state), 0);
    source_close(s);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_is_read_back),
        IN_FOLDER(test_class_names_go_along),
        IN_FOLDER(test_limits_take_the_first_images),
        IN_FOLDER(test_the_same_images_make_the_same_bytes),
        IN_FOLDER(test_stopping_leaves_nothing),
        IN_FOLDER(test_a_file_that_grows_too_large_is_told_and_leaves_nothing),
        IN_FOLDER(test_a_full_disk_is_told_and_leaves_nothing),
        IN_FOLDER(test_a_folder_that_is_not_there_is_told),
        IN_FOLDER(test_a_folder_that_cannot_be_written_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
