#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/sources/source_memory.h"
#include "tests/support/data_files.h"

static void test_images_are_kept_as_they_are(void **state)
{
    struct dataset_info info;
    struct source *s = data_memory(20, 3, 4, 5, 3, 7);
    (void)state;

    source_describe(s, &info);
    assert_true(info.in_memory);
    data_expect(s, 20, 3);
    source_close(s);
    source_close(NULL);
}

static bool remember(void *context, double done)
{
    *(double *)context = done;
    return true;
}

static bool stop(void *context, double done)
{
    (void)done;
    return ++*(int *)context < 2;
}

static void test_loading_copies_everything_and_tells_how_far_it_is(void **state)
{
    static const char class_names[7][CLASS_NAME_SIZE] = { "a", "b", "c", "d", "e", "f", "g" };
    struct error e = { 0 };
    struct dataset_info info;
    double done = 0;
    struct source *from = data_memory(9000, 3, 30, 30, 1, 7); /* more than one block */
    (void)state;

    struct source *s = source_memory_load(from, remember, &done, &e);
    source_close(from);
    assert_non_null(s);
    assert_true(done == 1);
    data_expect(s, 9000, 3);
    source_describe(s, &info);
    info.class_names = class_names;
    from = source_memory_new(&info, &e);
    source_close(s);
    s = source_memory_load(from, NULL, NULL, &e);
    source_close(from);
    source_describe(s, &info);
    assert_string_equal(info.class_names[6], "g");
    source_close(s);
}

static void test_loading_can_be_stopped(void **state)
{
    struct error e = { 0 };
    int calls = 0;
    struct source *from = data_memory(9000, 3, 30, 30, 1, 7);
    (void)state;

    assert_null(source_memory_load(from, stop, &calls, &e));
    assert_int_equal(calls, 2);
    assert_int_equal(e.kind, ERROR_STOPPED);
    source_close(from);
}

static void test_memory_that_is_not_there_is_told(void **state)
{
    const struct dataset_info info = {
        .name = "vast", .count = { 4000000000u, 1 }, .height = 8192, .width = 8192, .channels = 4, .classes = 2
    };
    struct error e = { 0 };
    (void)state;

    assert_null(source_memory_new(&info, &e));
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_non_null(strstr(e.text, "954 P more are needed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images_are_kept_as_they_are),
        cmocka_unit_test(test_loading_copies_everything_and_tells_how_far_it_is),
        cmocka_unit_test(test_loading_can_be_stopped),
        cmocka_unit_test(test_memory_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
