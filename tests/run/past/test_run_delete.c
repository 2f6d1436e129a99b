/* What deleting and renaming a run does, and what it never does. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/metrics.h"
#include "run/past/run_delete.h"
#include "run/past/run_rename.h"
#include "tests/support/folder.h"

static const char *put_run(const char *folder)
{
    static const char *const files[] = { "recipe.ini", "metrics.jsonl", "summary.json", "model.h5", "best.h5",
                                         "checkpoint.safetensors", "layers.json", "status.json", "commands.log",
                                         "note.txt", ".model-5f3a09c2.h5", "plots/loss.png", "plots/step-time.svg",
                                         "control/unused" };
    char path[64];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "7/%s", files[i]);
        folder_put(folder, path, "{}");
    }
    unlink(folder_path(folder, "7/control/unused"));
    return folder_path(folder, "7");
}

static void test_all_that_a_run_wrote_goes(void **state)
{
    char left[PATH_SIZE];
    struct error e;

    assert_good(run_delete(put_run(*state), left, &e), e);
    assert_string_equal(left, "");
    assert_int_equal(folder_entries(*state), 0);
}

static void test_what_somebody_else_wrote_stays(void **state)
{
    const char *folder = put_run(*state);
    char left[PATH_SIZE];
    struct error e;

    folder_put(*state, "7/plots/mine.png", "mine");
    assert_good(run_delete(folder, left, &e), e);
    assert_string_equal(left, "plots");
    assert_int_equal(folder_entries(folder_path(*state, "7")), 1);
    assert_int_equal(folder_entries(folder_path(*state, "7/plots")), 1);
    assert_bad(run_delete(folder_path(*state, "7"), left, &e), e, "not the folder of a run");
    assert_int_equal(folder_entries(folder_path(*state, "7/plots")), 1);
}

/* A link is removed, not what it leads to. */
static void test_links_are_not_followed(void **state)
{
    const char *folder = put_run(*state), *target = folder_put(*state, "precious/model.h5", "weights");
    char left[PATH_SIZE];
    struct error e;

    assert_int_equal(unlink(folder_path(*state, "7/model.h5")), 0);
    assert_int_equal(symlink(target, folder_path(*state, "7/model.h5")), 0);
    assert_good(run_delete(folder, left, &e), e);
    assert_true(path_is_file(target));
    assert_int_equal(folder_entries(*state), 1);
}

static void test_a_run_that_trains_stays_as_it_is(void **state)
{
    char left[PATH_SIZE], to[PATH_SIZE];
    struct metrics_writer *w;
    struct error e;

    folder_put(*state, "7/recipe.ini", "");
    w = metrics_create(folder_path(*state, "7/metrics.jsonl"), &e);
    assert_non_null(w);
    assert_bad(run_delete(folder_path(*state, "7"), left, &e), e, "trains now");
    assert_bad(run_rename(folder_path(*state, "7"), "8", to, &e), e, "trains now");
    assert_int_equal(folder_entries(folder_path(*state, "7")), 2);
    assert_good(metrics_close(w, &e), e);
    assert_good(run_delete(folder_path(*state, "7"), left, &e), e);
}

static void test_a_run_gets_another_name(void **state)
{
    static const char *const wrong[] = { "", ".hidden", "..", "a/b", "two\nlines" };
    const char *folder = put_run(*state);
    char to[PATH_SIZE], longer[300];
    struct error e;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_bad(run_rename(folder, wrong[i], to, &e), e, "no name for a run");
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_bad(run_rename(folder, longer, to, &e), e, "bytes at most");
    assert_int_equal(mkdir(folder_path(*state, "taken"), 0777), 0);
    assert_bad(run_rename(folder, "taken", to, &e), e, "there is already a taken");
    assert_good(run_rename(folder, "0007-the best", to, &e), e);
    assert_string_equal(to, folder_path(*state, "0007-the best"));
    assert_true(path_is_file(folder_path(*state, "0007-the best/recipe.ini")));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_all_that_a_run_wrote_goes),
        TEST(test_what_somebody_else_wrote_stays),
        TEST(test_links_are_not_followed),
        TEST(test_a_run_that_trains_stays_as_it_is),
        TEST(test_a_run_gets_another_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
