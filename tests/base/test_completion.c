#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/completion.h"
#include "tests/support/folder.h"

static const char *home;

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    home = *state;
    folder_put(home, "data/cifar10/readme", "");
    folder_put(home, "data/cifar100.h5", "");
    folder_put(home, "data/digits.h5", "");
    folder_put(home, "data/.hidden", "");
    setenv("HOME", home, 1);
    return 0;
}

static void assert_completed(const char *typed, const char *expected, int count, const char *names)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    struct completion c;

    snprintf(from, sizeof from, "%s%s", typed[0] == '~' ? "" : home, typed);
    snprintf(to, sizeof to, "%s%s", typed[0] == '~' ? "" : home, expected);
    c = completion_of_path(from);
    assert_string_equal(c.text, to);
    assert_int_equal(c.count, count);
    assert_string_equal(c.names, names);
}

static void one_candidate_is_taken_whole(void **state)
{
    (void)state;
    assert_completed("/data/d", "/data/digits.h5", 1, "");
    assert_completed("/da", "/data/", 1, "");
    assert_completed("~/da", "~/data/", 1, "");
    assert_completed("~/data/.", "~/data/.hidden", 1, "");
    assert_completed("~", "~/data/", 1, "");
}

static void several_are_told_and_completed_as_far_as_they_agree(void **state)
{
    (void)state;
    assert_completed("/data/c", "/data/cifar10", 2, "cifar10/  cifar100.h5");
    assert_completed("/data/", "/data/", 3, "cifar10/  cifar100.h5  digits.h5");
}

static void without_a_candidate_it_stays(void **state)
{
    (void)state;
    assert_completed("/data/x", "/data/x", 0, "");
    assert_completed("/nowhere/x", "/nowhere/x", 0, "");
    assert_completed("/data/digits.h5/", "/data/digits.h5/", 0, "");
}

static void no_character_is_cut_in_two(void **state)
{
    (void)state;
    folder_put(home, "zä1", "");
    folder_put(home, "zö2", "");
    assert_completed("/z", "/z", 2, "zä1  zö2");
}

static void many_are_counted(void **state)
{
    struct completion c;
    char name[64], typed[PATH_SIZE];
    int told = 0, more = 0;
    (void)state;

    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "many/a-name-of-some-length-%03d", i);
        folder_put(home, name, "");
    }
    snprintf(typed, sizeof typed, "%s/many/a", home);
    c = completion_of_path(typed);
    assert_int_equal(c.count, 200);
    for (const char *at = c.names; (at = strstr(at, "a-name")); at++)
        told++;
    assert_int_equal(sscanf(strstr(c.names, "and "), "and %d more", &more), 1);
    assert_int_equal(told + more, 200);
}

#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(one_candidate_is_taken_whole),
        FOLDER_TEST(several_are_told_and_completed_as_far_as_they_agree),
        FOLDER_TEST(without_a_candidate_it_stays),
        FOLDER_TEST(no_character_is_cut_in_two),
        FOLDER_TEST(many_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
