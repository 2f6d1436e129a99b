#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/cores.h"
#include "run/devices.h"

static void test_there_is_always_a_cpu(void **state)
{
    struct device list[DEVICES_MAX];
    char missing[256];
    (void)state;

    assert_true(devices_list(list, missing, sizeof missing) >= 1);
    assert_string_equal(list[0].info.id, "cpu");
    assert_int_equal(list[0].info.threads, cores_count().usable);
    assert_int_equal(list[0].info.threads_all, cores_count().all);
    assert_true(strlen(list[0].info.name) > 0);
}

static void test_threads_are_those_asked_for(void **state)
{
    struct device d;
    struct error e = { 0 };
    char all[32];
    (void)state;

    assert_true(devices_choose("cpu", &d, &e));
    assert_int_equal(d.choice.threads, 0);
    assert_true(devices_choose("cpu:1", &d, &e));
    assert_int_equal(d.choice.threads, 1);
    snprintf(all, sizeof all, "cpu:%d", d.info.threads);
    assert_true(devices_choose(all, &d, &e));
    assert_int_equal(d.choice.threads, d.info.threads);
}

static void test_more_threads_than_allowed_are_refused(void **state)
{
    static const char *const names[] = { "cpu:100000", "cpu:0", "cpu:-1" };
    struct device d;
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e = { 0 };
        char may[32];

        assert_false(devices_choose(names[i], &d, &e));
        assert_int_equal(e.kind, ERROR_DEVICE);
        snprintf(may, sizeof may, "1 to %d threads", cores_count().usable);
        assert_non_null(strstr(e.text, may));
    }
}

static void test_a_device_that_is_not_there_is_told_with_those_that_are(void **state)
{
    static const char *const names[] = { "cuda:7", "", "cp", "cpu:", "cpu:two", "cpus", "cpu:1:2", "CPU" };
    struct device d;
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e = { 0 };

        assert_false(devices_choose(names[i], &d, &e));
        assert_int_equal(e.kind, ERROR_DEVICE);
        assert_non_null(strstr(e.text, "there is cpu"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_is_always_a_cpu),
        cmocka_unit_test(test_threads_are_those_asked_for),
        cmocka_unit_test(test_more_threads_than_allowed_are_refused),
        cmocka_unit_test(test_a_device_that_is_not_there_is_told_with_those_that_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
