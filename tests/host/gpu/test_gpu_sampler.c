#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/gpu/gpu_sampler.h"
#include "tests/support/fake_nvml.h"

enum { LONG = 60 }; /* seconds: a machine under load may take its time */

static int setup(void **state)
{
    fake_nvml_reset();
    *state = calloc(1, sizeof(struct gpu_readings));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct gpu_sampler *start(const char *library, double seconds)
{
    struct error e;
    struct gpu_sampler *s = gpu_sampler_start(library, seconds, &e);

    if (!s)
        fail_msg("%s", e.text);
    return s;
}

static void test_snapshots_follow_each_other(void **state)
{
    struct gpu_readings *r = *state;
    struct gpu_sampler *s = start(fake_nvml("nvml"), 0.01);

    assert_true(gpu_sampler_wait(s, 0, LONG));
    gpu_sampler_read(s, r);
    assert_true(r->number >= 1);
    assert_int_equal(r->count, 2);
    assert_true(r->gpus[1].load.known);

    uint64_t first = r->number;
    double at = r->at;
    assert_true(gpu_sampler_wait(s, first + 1, LONG));
    gpu_sampler_read(s, r);
    assert_true(r->number >= first + 2);
    assert_true(r->at > at);
    assert_true(gpu_sampler_number(s) >= r->number);
    gpu_sampler_stop(s);
}

static void test_a_gpu_that_is_lost_while_others_run_keeps_its_name(void **state)
{
    void (*lose)(int) = (void (*)(int))fake_nvml_call("fake_nvml_lose");
    struct gpu_readings *r = *state;
    struct gpu_sampler *s = start(fake_nvml("nvml"), 0.01);

    assert_true(gpu_sampler_wait(s, 0, LONG));
    lose(1);
    do {
        gpu_sampler_read(s, r);
        assert_true(gpu_sampler_wait(s, r->number, LONG));
    } while (!r->gpus[1].lost);
    assert_string_equal(r->gpus[1].name, "NVIDIA H200");
    assert_string_equal(r->gpus[1].pci, "00010000:3B:01.0");
    assert_false(r->gpus[1].load.known);
    assert_true(r->gpus[0].load.known);
    gpu_sampler_stop(s);
    lose(-1);
}

static void test_without_a_driver_the_one_snapshot_says_why(void **state)
{
    struct gpu_readings *r = *state;
    struct gpu_sampler *s = start("libcuvette-no-such-library.so.1", 0.01);

    assert_true(gpu_sampler_wait(s, 0, LONG));
    gpu_sampler_read(s, r);
    assert_int_equal(r->number, 1);
    assert_int_equal(r->count, 0);
    assert_string_equal(r->why_none, "no NVIDIA driver on this node");
    assert_false(gpu_sampler_wait(s, 1, LONG)); /* none follows: told at once */
    gpu_sampler_stop(s);
}

/* Else this test waits for days. */
static void test_a_quicker_pace_holds_at_once(void **state)
{
    struct gpu_sampler *s = start(fake_nvml("nvml"), 1e6);
    (void)state;

    assert_true(gpu_sampler_wait(s, 0, LONG));
    gpu_sampler_pace(s, 0.01);
    assert_true(gpu_sampler_wait(s, 2, LONG));
    gpu_sampler_stop(s);
}

static void test_a_driver_that_hangs_makes_nobody_wait(void **state)
{
    void (*hang)(void) = (void (*)(void))fake_nvml_call("fake_nvml_hang");
    void (*await_hanging)(void) = (void (*)(void))fake_nvml_call("fake_nvml_await_hanging");
    void (*release)(void) = (void (*)(void))fake_nvml_call("fake_nvml_release");
    struct gpu_readings *r = *state;

    hang();
    struct gpu_sampler *s = start(fake_nvml("nvml"), LONG);
    await_hanging();
    gpu_sampler_read(s, r);
    assert_int_equal(r->number, 0);
    assert_int_equal(r->count, 0);
    assert_false(gpu_sampler_wait(s, 0, 0.01));
    assert_true(gpu_sampler_owed(s) >= 0.01);
    gpu_sampler_stop(s); /* comes back, although the thread does not */
    release();
}

static void test_a_driver_that_answered_owes_nothing(void **state)
{
    struct gpu_sampler *s = start(fake_nvml("nvml"), 1e6);
    (void)state;

    assert_true(gpu_sampler_wait(s, 0, LONG));
    assert_true(gpu_sampler_owed(s) == 0);
    gpu_sampler_stop(s);
}

static void test_stopping_does_not_wait_for_the_next_reading(void **state)
{
    struct gpu_sampler *s = start(fake_nvml("nvml"), 1e6);
    (void)state;

    assert_true(gpu_sampler_wait(s, 0, LONG));
    gpu_sampler_stop(s); /* else this test never ends */
    gpu_sampler_stop(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_snapshots_follow_each_other),
        TEST(test_a_gpu_that_is_lost_while_others_run_keeps_its_name),
        TEST(test_without_a_driver_the_one_snapshot_says_why),
        TEST(test_a_quicker_pace_holds_at_once),
        TEST(test_a_driver_that_hangs_makes_nobody_wait),
        TEST(test_a_driver_that_answered_owes_nothing),
        TEST(test_stopping_does_not_wait_for_the_next_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
