#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/run_folder.h"
#include "tests/support/folder.h"

static struct recipe recipe;

static int setup(void **state)
{
    int failed = folder_setup(state);

    setenv("CUVETTE_RUNS", folder_path(*state, "runs"), 1);
    memset(&recipe, 0, sizeof recipe);
    strcpy(recipe.data.dataset, "digits");
    return failed;
}

static int teardown(void **state)
{
    unsetenv("CUVETTE_RUNS");
    return folder_teardown(state);
}

static void test_runs_are_numbered_and_say_what_they_are(void **state)
{
    struct run_folder made;
    struct error e = { 0 };

    assert_true(run_folder_create(&recipe, "cpu", NULL, &made, &e));
    assert_string_equal(made.path, folder_path(*state, "runs/0001-digits-cpu"));
    assert_true(path_is_folder(made.path));
    strcpy(recipe.data.dataset, "~/My data/flowers & \x1btrees.h5");
    assert_true(run_folder_create(&recipe, "cpu:4", NULL, &made, &e));
    assert_string_equal(path_name(made.path), "0002-flowers-trees-cpu4");
    strcpy(recipe.data.dataset, "/");
    assert_true(run_folder_create(&recipe, "cpu", NULL, &made, &e));
    assert_string_equal(path_name(made.path), "0003-run-cpu");
    memset(recipe.data.dataset, 'x', sizeof recipe.data.dataset - 1);
    folder_put(*state, "runs/0041-old/recipe.ini", "");
    assert_true(run_folder_create(&recipe, "cpu", NULL, &made, &e));
    assert_int_equal(strncmp(path_name(made.path), "0042-xxx", 8), 0);
    assert_int_equal(folder_entries(folder_path(*state, "runs")), 5);
}

static void *create_one(void *out)
{
    struct error e = { 0 };

    return run_folder_create(&recipe, "cpu", NULL, out, &e) ? out : NULL;
}

static void test_runs_that_start_together_get_numbers_of_their_own(void **state)
{
    enum { THREADS = 16 };
    static struct run_folder made[THREADS];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, create_one, &made[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;

        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    /* A number may be skipped when two processes wanted it; none may be given twice. */
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < i; k++)
            assert_true(atoi(path_name(made[i].path)) != atoi(path_name(made[k].path)));
    assert_int_equal(folder_entries(folder_path(*state, "runs")), THREADS);
}

static void test_a_wanted_folder_must_be_empty(void **state)
{
    struct run_folder made;
    struct error e = { 0 };

    assert_true(run_folder_create(&recipe, "cpu", folder_path(*state, "a/b"), &made, &e));
    assert_true(path_is_folder(folder_path(*state, "a/b")));
    assert_true(run_folder_create(&recipe, "cpu", folder_path(*state, "a/b"), &made, &e));
    folder_put(*state, "a/b/thesis.tex", "precious");
    assert_false(run_folder_create(&recipe, "cpu", folder_path(*state, "a/b"), &made, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_non_null(strstr(e.text, "not empty"));
    assert_false(run_folder_create(&recipe, "cpu", folder_path(*state, "a/b/thesis.tex"), &made, &e));
    assert_false(run_folder_create(&recipe, "cpu", folder_path(*state, "a/b/thesis.tex/run"), &made, &e));
    assert_int_equal(e.kind, ERROR_IO);
}

static void test_a_folder_of_runs_that_cannot_be_is_told(void **state)
{
    struct run_folder made;
    struct error e = { 0 };

    folder_put(*state, "file", "");
    setenv("CUVETTE_RUNS", folder_path(*state, "file/runs"), 1);
    assert_false(run_folder_create(&recipe, "cpu", NULL, &made, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "file"));
}

static void test_a_run_is_found_by_number_name_and_path(void **state)
{
    char path[PATH_SIZE];
    struct error e = { 0 };
    const char *expected = folder_path(*state, "runs/0007-digits-cpu");
    const char *const names[] = { "7", "0007", "0007-digits-cpu", expected };

    folder_put(*state, "runs/0007-digits-cpu/recipe.ini", "");
    folder_put(*state, "runs/0017-digits-cpu/recipe.ini", "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(run_folder_find(names[i], path, &e));
        assert_string_equal(path, expected);
    }
}

static void test_what_is_no_run_is_not_found(void **state)
{
    char path[PATH_SIZE];
    struct error e = { 0 };
    const char *const names[] = { "8", "", "none", "../runs", "0" };

    folder_put(*state, "runs/0007-digits-cpu/recipe.ini", "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(run_folder_find(names[i], path, &e));
        assert_int_equal(e.kind, ERROR_INPUT);
    }
    assert_false(run_folder_find("8", path, &e));
    assert_non_null(strstr(e.text, folder_path(*state, "runs")));
    assert_false(run_folder_find(*state, path, &e));
    assert_non_null(strstr(e.text, "recipe.ini"));
}

static struct run_folder wanted(const char *path)
{
    struct run_folder made;
    struct error e = { 0 };

    assert_true(run_folder_create(&recipe, "cpu", path, &made, &e));
    return made;
}

static void test_taking_back_removes_only_what_was_made(void **state)
{
    struct run_folder made = wanted(folder_path(*state, "a/b/c/"));

    folder_put(*state, "a/b/c/recipe.ini", "");
    folder_put(*state, "a/b/c/metrics.jsonl", "");
    run_folder_remove(&made);
    assert_int_equal(folder_entries(*state), 0);

    made = wanted(folder_path(*state, "a/b"));
    folder_put(*state, "a/b/recipe.ini", "");
    folder_put(*state, "a/notes.txt", "mine");
    run_folder_remove(&made);
    assert_int_equal(folder_entries(folder_path(*state, "a")), 1);

    /* An empty folder that the user had made is not removed. */
    made = wanted(folder_path(*state, "a/own"));
    made = wanted(folder_path(*state, "a/own"));
    folder_put(*state, "a/own/recipe.ini", "");
    run_folder_remove(&made);
    assert_int_equal(folder_entries(folder_path(*state, "a/own")), 0);
    assert_true(path_is_folder(folder_path(*state, "a/own")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_runs_are_numbered_and_say_what_they_are),
        TEST(test_runs_that_start_together_get_numbers_of_their_own),
        TEST(test_a_wanted_folder_must_be_empty),
        TEST(test_a_folder_of_runs_that_cannot_be_is_told),
        TEST(test_a_run_is_found_by_number_name_and_path),
        TEST(test_what_is_no_run_is_not_found),
        TEST(test_taking_back_removes_only_what_was_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
