/* Paths, and where data sets and runs are. */
#include "tests/support/check.h"

#include "base/path.h"
#include "tests/support/folder.h"

static void test_paths_are_joined_and_taken_apart(void **state)
{
    char path[PATH_SIZE], name[PATH_SIZE];
    struct error e = { 0 };
    (void)state;

    assert_true(path_join(path, "a", "b", &e));
    assert_string_equal(path, "a/b");
    assert_true(path_join(path, "/", "b", &e));
    assert_string_equal(path, "/b");
    assert_string_equal(path_name("/x/y.h5"), "y.h5");
    assert_string_equal(path_name("y.h5"), "y.h5");
    assert_true(path_ends_with("y.h5", ".h5"));
    assert_false(path_ends_with("h5", ".h5"));
    assert_true(path_is_below("/scratch/me/runs", "/scratch/me"));
    assert_true(path_is_below("/scratch/me", "/scratch/me//"));
    assert_false(path_is_below("/scratch/men", "/scratch/me"));
    assert_false(path_is_below("/scratch", "/"));

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_false(path_join(path, "folder", name, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
}

static void test_folders_are_made_with_their_parents(void **state)
{
    struct error e = { 0 };

    assert_true(path_make_folders(folder_path(*state, "a/b/c"), &e));
    assert_true(path_is_folder(folder_path(*state, "a/b/c")));
    assert_true(path_make_folders(folder_path(*state, "a/b/c/"), &e));

    folder_write(*state, "file", "x", 1);
    assert_true(path_is_file(folder_path(*state, "file")));
    assert_false(path_make_folders(folder_path(*state, "file/d"), &e));
    assert_non_null(strstr(e.text, "/file: File exists"));
}

static void test_the_user_chooses_where_data_is(void **state)
{
    char path[PATH_SIZE];
    struct error e = { 0 };
    (void)state;

    setenv("HOME", "/home/ada", 1);
    unsetenv("CUVETTE_HOME");
    unsetenv("CUVETTE_DATA");
    unsetenv("CUVETTE_RUNS");
    unsetenv("XDG_DATA_HOME");
    assert_true(path_datasets(path, &e));
    assert_string_equal(path, "/home/ada/.local/share/cuvette/datasets");
    setenv("XDG_DATA_HOME", "relative", 1); /* to be ignored, by the specification */
    assert_true(path_runs(path, &e));
    assert_string_equal(path, "/home/ada/.local/share/cuvette/runs");
    setenv("XDG_DATA_HOME", "/scratch", 1);
    assert_true(path_runs(path, &e));
    assert_string_equal(path, "/scratch/cuvette/runs");
    setenv("CUVETTE_HOME", "/shelf/c", 1);
    assert_true(path_runs(path, &e));
    assert_string_equal(path, "/shelf/c/runs");
    setenv("CUVETTE_DATA", "/data", 1);
    setenv("CUVETTE_RUNS", "", 1); /* empty means unset */
    assert_true(path_datasets(path, &e));
    assert_string_equal(path, "/data");
    assert_true(path_runs(path, &e));
    assert_string_equal(path, "/shelf/c/runs");

    assert_true(path_state(path, &e));
    assert_string_equal(path, "/shelf/c/state");
    assert_true(path_cache(path, &e));
    assert_string_equal(path, "/shelf/c/cache");
    unsetenv("CUVETTE_HOME");
    unsetenv("XDG_CACHE_HOME");
    assert_true(path_cache(path, &e));
    assert_string_equal(path, "/home/ada/.cache/cuvette");
    unsetenv("XDG_STATE_HOME");
    assert_true(path_state(path, &e));
    assert_string_equal(path, "/home/ada/.local/state/cuvette");
    setenv("XDG_STATE_HOME", "/scratch/state", 1);
    assert_true(path_state(path, &e));
    assert_string_equal(path, "/scratch/state/cuvette");
    unsetenv("XDG_STATE_HOME");

    assert_true(path_typed(path, "~/digits.h5", &e));
    assert_string_equal(path, "/home/ada/digits.h5");
    assert_true(path_typed(path, "~", &e));
    assert_string_equal(path, "/home/ada/");
    assert_true(path_typed(path, "~eve/digits.h5", &e)); /* only one's own home is known */
    assert_string_equal(path, "~eve/digits.h5");
    assert_true(path_typed(path, "a~/b", &e));
    assert_string_equal(path, "a~/b");

    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_false(path_runs(path, &e));
    assert_non_null(strstr(e.text, "CUVETTE_HOME"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_are_joined_and_taken_apart),
        cmocka_unit_test_setup_teardown(test_folders_are_made_with_their_parents, folder_setup, folder_teardown),
        cmocka_unit_test(test_the_user_chooses_where_data_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
