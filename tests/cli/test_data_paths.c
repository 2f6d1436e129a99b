/* Data sets whose paths are anything that the system takes: what trains is found again. */
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#include "nn/recipe/recipe_file.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

static void run_cuvette(const char *folder, const char *const words[])
{
    struct process *p = process_cuvette(folder, words[0], words[1], words[2], words[3], words[4], words[5], NULL);

    assert_succeeded(p);
    process_free(p);
}

/* By its relative path, which the run keeps as an absolute one. */
static void train_and_find_again(const char *folder, const char *name)
{
    static struct recipe kept;
    char path[PATH_SIZE];
    struct error e = { 0 };

    for (int i = 0; i < 8; i++) {
        const struct photo p = { .height = 8, .width = 8, .channels = 1, .seed = i };

        assert_in_range(snprintf(path, sizeof path, "%s/%s/%d.jpg", name, i % 2 ? "cat" : "dog", i), 1, PATH_SIZE - 1);
        folder_put(folder, path, "");
        photo_write(&p, folder_path(folder, path));
    }
    folder_put(folder, "small.ini", "[training]\nepochs = 1\nbatch = 4\n[layers]\nflatten =\ndense = units=2\n");
    snprintf(path, sizeof path, "./%s", name);
    run_cuvette(folder, (const char *[]){ "train", "small.ini", "--dataset", path, "--run", "run" });
    run_cuvette(folder, (const char *[]){ "evaluate", "run", NULL, NULL, NULL, NULL });
    assert_good(recipe_load(&kept, folder_path(folder, "run/recipe.ini"), &e), e);
    assert_string_equal(kept.data.dataset, folder_path(folder, name));
    run_cuvette(folder, (const char *[]){ "train", "run/recipe.ini", "--run", "again", NULL, NULL });
    assert_int_equal(folder_remove(folder_path(folder, "run")), 0);
    assert_int_equal(folder_remove(folder_path(folder, "again")), 0);
}

static void any_name_is_found_again(void **state)
{
    static const char *const names[] = { "a\tb", ";a", "\"a\"", " a ", "a ;b", "a # b", "a\r", "a\x1b[31m", "a\\x41",
                                         "[a]" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        train_and_find_again(*state, names[i]);
}

static void a_path_of_3000_bytes_is_found_again(void **state)
{
    char name[3000] = "";

    while (strlen(name) < sizeof name - 120)
        snprintf(name + strlen(name), sizeof name - strlen(name), "%s%0100d", name[0] ? "/" : "", 7);
    train_and_find_again(*state, name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(any_name_is_found_again),
        IN_A_FOLDER(a_path_of_3000_bytes_is_found_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
