/* What training.weights can name, and which of two things of one name it is. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "run/run_paths.h"
#include "tests/support/folder.h"

/* A network that was fetched and a run in a folder of the user's have one name. */
static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    setenv("HOME", *state, 1);
    setenv("CUVETTE_HOME", folder_path(*state, "home"), 1);
    folder_put(*state, "home/weights/vgg/vgg.safetensors", "");
    folder_put(*state, "mine/vgg/recipe.ini", "");
    return 0;
}

static int teardown(void **state)
{
    unsetenv("CUVETTE_HOME");
    return folder_teardown(state);
}

static void expect(const char *typed, const char *found)
{
    char path[PATH_SIZE];
    struct error e = { 0 };

    assert_good(run_paths_weights(typed, path, &e), e);
    assert_string_equal(path, found);
}

static void a_name_is_a_fetched_network(void **state)
{
    expect("vgg", folder_path(*state, "home/weights/vgg/vgg.safetensors"));
    expect("weights/vgg", folder_path(*state, "home/weights/vgg/vgg.safetensors"));
}

static void a_path_is_what_is_there(void **state)
{
    expect(folder_path(*state, "mine/vgg"), folder_path(*state, "mine/vgg"));
    expect("~/mine/vgg", folder_path(*state, "mine/vgg"));
}

static void a_path_to_nothing_is_an_error(void **state)
{
    char path[PATH_SIZE];
    struct error e = { 0 };
    (void)state;

    assert_bad(run_paths_weights("/nowhere/vgg", path, &e), e, "no model file, no fetched network and no run");
}

int main(void)
{
#define HOMED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        HOMED(a_name_is_a_fetched_network),
        HOMED(a_path_is_what_is_there),
        HOMED(a_path_to_nothing_is_an_error),
    };

    return cmocka_run_group_tests_name("run_paths", tests, NULL, NULL);
}
