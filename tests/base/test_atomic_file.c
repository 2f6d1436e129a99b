/* Files that appear whole or not at all. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "tests/support/folder.h"

static void expect_content(const char *path, const char *content)
{
    char text[64] = "";
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_int_equal(size, strlen(content));
    assert_string_equal(text, content);
}

static void test_a_file_appears_whole_with_the_umasks_permissions(void **state)
{
    const char *path = folder_path(*state, "summary.json");
    struct atomic_file file;
    struct error e = { 0 };
    struct stat status;
    mode_t mask = umask(022);

    folder_write(*state, "summary.json", "old", 3);
    assert_true(atomic_file_begin(&file, path, &e));
    assert_true(path_ends_with(file.temporary, ".json"));
    expect_content(path, "old");
    atomic_file_abandon(&file);
    expect_content(path, "old");
    assert_int_equal(folder_entries(*state), 1);

    assert_true(atomic_file_write(path, "new text", 8, &e));
    umask(mask);
    expect_content(path, "new text");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    assert_int_equal(folder_entries(*state), 1);
    atomic_file_abandon(&file);
    expect_content(path, "new text");
}

static void test_a_missing_folder_is_an_error(void **state)
{
    struct error e = { 0 };

    assert_false(atomic_file_write(folder_path(*state, "none/x.txt"), "x", 1, &e));
    assert_non_null(strstr(e.text, "none/x.txt: No such file or directory"));
    assert_int_equal(e.kind, ERROR_IO);
    assert_false(atomic_file_write(*state, "x", 1, &e));
    assert_non_null(strstr(e.text, "it is a folder"));
    assert_int_equal(folder_entries(*state), 0);
}

static void test_a_folder_that_cannot_be_written_is_an_error(void **state)
{
    struct error e = { 0 };

    folder_forbid(*state);
    bool written = atomic_file_write(folder_path(*state, "x.txt"), "x", 1, &e);
    folder_allow();
    assert_false(written);
    assert_non_null(strstr(e.text, "Permission denied"));
}

/* A limit on the size of files acts like a full disk: a write is cut short, then fails. */
static void test_what_does_not_fit_leaves_nothing(void **state)
{
    static const char block[8192];
    struct rlimit before, small;
    struct error e = { 0 };

    folder_write(*state, "model.h5", "old", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ .rlim_cur = 4096, .rlim_max = before.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool written = atomic_file_write(folder_path(*state, "model.h5"), block, sizeof block, &e);
    setrlimit(RLIMIT_FSIZE, &before);

    assert_false(written);
    assert_non_null(strstr(e.text, "model.h5: File too large"));
    expect_content(folder_path(*state, "model.h5"), "old");
    assert_int_equal(folder_entries(*state), 1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_file_appears_whole_with_the_umasks_permissions),
        IN_FOLDER(test_a_missing_folder_is_an_error),
        IN_FOLDER(test_a_folder_that_cannot_be_written_is_an_error),
        IN_FOLDER(test_what_does_not_fit_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
