#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/catalogue.h"
#include "data/inspect.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static const uint64_t no_limit = UINT64_MAX;

static int setup(void **state)
{
    return folder_setup(state) || setenv("CUVETTE_DATA", *state, 1);
}

static void make_folder(const char *path)
{
    struct error e = { 0 };

    assert_true(path_make_folders(path, &e));
}

static void write_hdf5(const char *path)
{
    struct source *s = data_memory(12, 4, 6, 6, 3, 10);

    data_pack(s, path);
    source_close(s);
}

static bool read_all(struct catalogue *c, struct error *e)
{
    if (!catalogue_list(c, e))
        return false;
    for (int i = 0; i < c->count; i++)
        inspect_entry(&c->entries[i]);
    return true;
}

static void test_digits_come_first_then_the_folder_by_name(void **state)
{
    struct catalogue c;
    struct error e = { 0 };

    make_folder(folder_path(*state, "mnist"));
    data_write_idx(folder_path(*state, "mnist"), 5, 3, 4, 4, 0);
    write_hdf5(folder_path(*state, "colours.h5"));
    folder_write(*state, "broken.hdf5", "x", 1);
    folder_write(*state, "notes.txt", "x", 1);
    folder_write(*state, ".colours-12345678.h5", "x", 1); /* a file on its way */

    assert_true(read_all(&c, &e));
    assert_int_equal(c.count, 4);
    assert_string_equal(c.entries[0].name, "digits");
    assert_string_equal(c.entries[0].path, "");
    assert_true(c.entries[0].readable);
    assert_int_equal(c.entries[0].info.count[SPLIT_TRAIN], 6000);
    assert_string_equal(c.entries[1].name, "broken");
    assert_false(c.entries[1].readable);
    assert_non_null(strstr(c.entries[1].problem, "is not an HDF5 file"));
    assert_string_equal(c.entries[2].name, "colours");
    assert_string_equal(c.entries[2].path, folder_path(*state, "colours.h5"));
    assert_int_equal(c.entries[2].info.channels, 3);
    assert_null(c.entries[2].info.class_names);
    assert_string_equal(c.entries[3].name, "mnist");
    assert_string_equal(c.entries[3].info.format, "idx");
    catalogue_free(&c);
}

static void test_entries_of_one_name_are_told_apart(void **state)
{
    struct catalogue c;
    struct error e = { 0 };

    make_folder(folder_path(*state, "same"));
    write_hdf5(folder_path(*state, "same.h5"));
    write_hdf5(folder_path(*state, "same.hdf5"));
    write_hdf5(folder_path(*state, "digits.h5"));
    assert_true(read_all(&c, &e));
    assert_int_equal(c.count, 5);
    assert_string_equal(c.entries[1].name, "digits.h5");
    assert_string_equal(c.entries[2].name, "same");
    assert_string_equal(c.entries[3].name, "same.h5");
    assert_string_equal(c.entries[4].name, "same.hdf5");
    catalogue_free(&c);
}

/* A file of any format is listed, whatever the catalogue thinks of what is in it. */
static void test_every_suffix_of_a_format_is_listed(void **state)
{
    struct catalogue c;
    struct error e = { 0 };
    char file[64], name[64];
    int files = 0;

    for (int i = 0; source_classes[i]; i++)
        for (const char *const *suffix = source_classes[i]->suffixes; suffix && *suffix; suffix++) {
            snprintf(file, sizeof file, "set-%02d%s", files++, *suffix);
            folder_write(*state, file, "x", 1);
        }
    assert_true(files > 0);
    assert_true(read_all(&c, &e));
    assert_int_equal(c.count, 1 + files);
    for (int i = 0; i < files; i++) {
        snprintf(file, sizeof file, "set-%02d", i);
        assert_string_equal(c.entries[1 + i].name, file);
        source_name(name, sizeof name, c.entries[1 + i].path);
        assert_string_equal(name, file);
    }
    catalogue_free(&c);
}

static void test_without_a_folder_there_are_the_digits(void **state)
{
    struct catalogue c;
    struct error e = { 0 };

    setenv("CUVETTE_DATA", folder_path(*state, "none"), 1);
    assert_true(read_all(&c, &e));
    assert_int_equal(c.count, 1);
    catalogue_free(&c);
}

static void test_without_a_home_there_are_the_digits(void **state)
{
    static const char *const variables[] = { "CUVETTE_DATA", "CUVETTE_HOME", "XDG_DATA_HOME", "HOME" };
    enum { VARIABLES = sizeof variables / sizeof *variables };
    char *before[VARIABLES];
    struct catalogue c;
    struct error e = { 0 };
    (void)state;

    for (int i = 0; i < VARIABLES; i++) {
        const char *value = getenv(variables[i]);

        before[i] = value ? strdup(value) : NULL;
        unsetenv(variables[i]);
    }
    assert_true(read_all(&c, &e));
    assert_int_equal(c.count, 1);
    assert_int_equal(e.kind, ERROR_NONE);
    catalogue_free(&c);
    for (int i = 0; i < VARIABLES; i++) {
        if (before[i])
            setenv(variables[i], before[i], 1);
        free(before[i]);
    }
}

/* The list asks no file what it is, so that what does not answer holds up nobody. */
static void test_a_list_opens_nothing(void **state)
{
    struct catalogue c;
    struct error e = { 0 };

    write_hdf5(folder_path(*state, "colours.h5"));
    assert_int_equal(mkfifo(folder_path(*state, "pipe.h5"), 0600), 0);
    assert_int_equal(symlink("/nowhere", folder_path(*state, "away")), 0);
    assert_true(catalogue_list(&c, &e));
    assert_int_equal(c.count, 3); /* what is neither file nor folder is no data set */
    assert_true(c.entries[0].looked);
    assert_int_equal(c.entries[0].info.count[SPLIT_TRAIN], 6000);
    for (int i = 1; i < c.count; i++)
        assert_false(c.entries[i].looked);
    inspect_entry(&c.entries[1]);
    assert_string_equal(c.entries[1].name, "away");
    assert_non_null(strstr(c.entries[1].problem, "No such file"));
    catalogue_free(&c);
}

/* Saying "there is no data set" would send the user to look for what is there. */
static void test_a_folder_that_cannot_be_read_is_told(void **state)
{
    char longer[2 * PATH_SIZE] = "/";
    struct catalogue c;
    struct error e = { 0 };

    setenv("CUVETTE_DATA", folder_write(*state, "file", "x", 1), 1);
    assert_false(read_all(&c, &e));
    assert_non_null(strstr(e.text, "file: Not a directory"));
    assert_int_equal(e.kind, ERROR_IO);
    memset(longer + 1, 'a', sizeof longer - 2);
    setenv("CUVETTE_DATA", longer, 1);
    assert_false(read_all(&c, &e));
    assert_non_null(strstr(e.text, "is longer than"));
}

/* One data set whose file's name has `length` letters before its ".h5". */
static void read_long_name(const char *folder, int length, char name[NAME_MAX + 1], struct catalogue *c)
{
    char file[NAME_MAX + 1];
    struct error e = { 0 };

    memset(name, 'a', (size_t)length);
    name[length] = '\0';
    snprintf(file, sizeof file, "%.*s.h5", length, name);
    write_hdf5(folder_path(folder, "short.h5"));
    assert_int_equal(rename(folder_path(folder, "short.h5"), folder_path(folder, file)), 0);
    assert_true(read_all(c, &e));
    assert_int_equal(unlink(folder_path(folder, file)), 0);
    assert_int_equal(c->count, 2);
}

static void test_a_long_name_is_a_name_like_any_other(void **state)
{
    static const int lengths[] = { 60, 63, 64, 65, 124 };
    char name[NAME_MAX + 1];
    struct catalogue c;

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        read_long_name(*state, lengths[i], name, &c);
        assert_string_equal(c.entries[1].name, name);
        assert_true(c.entries[1].readable);
        catalogue_free(&c);
    }
}

static void test_a_name_that_is_too_long_is_told(void **state)
{
    static const int lengths[] = { 125, 128, NAME_MAX - 3 };
    char name[NAME_MAX + 1];
    struct catalogue c;
    struct dataset_info info;
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        read_long_name(*state, lengths[i], name, &c);
        assert_false(c.entries[1].readable);
        assert_non_null(strstr(c.entries[1].problem, "the name is longer than 127 bytes"));
        assert_false(catalogue_look(c.entries[1].name, NULL, &info, &e)); /* a cut name names nothing */
        catalogue_free(&c);
    }
    assert_true(catalogue_look("digits", NULL, &info, &e));
}

static struct source *open_well(const char *name, uint64_t limit)
{
    struct error e = { 0 };
    struct source *s = catalogue_open(name, NULL, limit, NULL, NULL, &e);

    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static void test_sets_are_opened_by_name_and_by_path(void **state)
{
    struct dataset_info info;
    struct error e = { 0 };
    struct source *s;

    write_hdf5(folder_path(*state, "colours.h5"));
    s = open_well("colours", no_limit);
    data_expect(s, 12, 4);
    source_describe(s, &info);
    assert_true(info.in_memory);
    assert_string_equal(info.name, "colours");
    assert_string_equal(info.format, "hdf5");
    source_close(s);

    s = open_well(folder_path(*state, "colours.h5"), 16 * 6 * 6 * 3); /* just too large */
    source_describe(s, &info);
    assert_false(info.in_memory);
    data_expect(s, 12, 4);
    source_close(s);

    setenv("HOME", *state, 1);
    s = open_well("~/colours.h5", no_limit);
    source_close(s);
    assert_true(catalogue_look("digits", NULL, &info, &e));
    assert_int_equal(info.count[SPLIT_TEST], 1000);
}

static void test_an_unknown_name_tells_those_there_are(void **state)
{
    struct dataset_info info;
    struct error e = { 0 };

    write_hdf5(folder_path(*state, "colours.h5"));
    assert_null(catalogue_open("coulours", NULL, no_limit, NULL, NULL, &e));
    assert_string_equal(e.text,
                        "there is no data set coulours; did you mean colours? Those there are: digits, colours; "
                        "or give the path of one, or see `cuvette data fetch`");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_false(catalogue_look("./coulours", NULL, &info, &e));
    assert_string_equal(e.text, "cannot read ./coulours: No such file or directory");
}

/* A run's recipe is read from other folders than the one it was started in. */
static void test_a_path_is_made_whole_and_a_name_stays(void **state)
{
    char out[PATH_SIZE], before[PATH_SIZE];
    struct error e = { 0 };

    write_hdf5(folder_path(*state, "colours.h5"));
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(*state), 0);
    assert_true(catalogue_absolute("./colours.h5", out, sizeof out, &e));
    assert_int_equal(chdir(before), 0);
    assert_string_equal(out, folder_path(*state, "colours.h5"));
    assert_true(catalogue_absolute("colours", out, sizeof out, &e));
    assert_string_equal(out, "colours");
    assert_true(catalogue_absolute("digits", out, sizeof out, &e));
    assert_string_equal(out, "digits");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_digits_come_first_then_the_folder_by_name),
        IN_FOLDER(test_entries_of_one_name_are_told_apart),
        IN_FOLDER(test_every_suffix_of_a_format_is_listed),
        IN_FOLDER(test_without_a_folder_there_are_the_digits),
        IN_FOLDER(test_without_a_home_there_are_the_digits),
        IN_FOLDER(test_a_list_opens_nothing),
        IN_FOLDER(test_a_folder_that_cannot_be_read_is_told),
        IN_FOLDER(test_a_long_name_is_a_name_like_any_other),
        IN_FOLDER(test_a_name_that_is_too_long_is_told),
        IN_FOLDER(test_sets_are_opened_by_name_and_by_path),
        IN_FOLDER(test_an_unknown_name_tells_those_there_are),
        IN_FOLDER(test_a_path_is_made_whole_and_a_name_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
