/* What is forecast of a large file's writing, when there is a time by which it must be over. */
#include "tests/support/check.h"

#include "base/clock.h"
#include "run/writing.h"
#include "tests/support/small_run.h"

static const double hour = 3600;
static const uint64_t large = 1ULL << 40;

static struct run *stopped_within(double seconds)
{
    struct run *r = small_run_start_well();

    trainer_stop_by(run_trainer(r), clock_seconds() + seconds);
    return r;
}

/* The first bytes, a header, were written with the opening of the file, which a busy machine may take long for. */
static void test_the_first_bytes_tell_nothing(void **state)
{
    struct run *r = stopped_within(hour);
    struct writing w = writing_begin(run_trainer(r), 0);
    (void)state;

    w.began -= 1;
    assert_true(writing_in_time(&w, 16, large));
    assert_true(writing_in_time(&w, 4096, large));
    run_close(r);
}

static void test_many_bytes_tell_how_long_the_rest_takes(void **state)
{
    struct run *r = stopped_within(hour);
    struct writing w = writing_begin(run_trainer(r), 0);
    (void)state;

    w.began -= 1;
    assert_false(writing_in_time(&w, 64 << 20, large));
    assert_true(writing_in_time(&w, 64 << 20, 1 << 30));
    run_close(r);
}

static void test_before_these_it_is_the_rate_of_another_file(void **state)
{
    struct run *r = stopped_within(hour);
    struct writing slow = writing_begin(run_trainer(r), 1e-6), quick = writing_begin(run_trainer(r), 1e-10);
    (void)state;

    assert_false(writing_in_time(&slow, 0, large));
    assert_false(writing_in_time(&slow, 4096, large));
    assert_true(writing_in_time(&quick, 0, large));
    run_close(r);
}

static void test_a_run_with_no_end_has_time(void **state)
{
    struct run *r = small_run_start_well();
    struct writing w = writing_begin(run_trainer(r), hour);
    (void)state;

    assert_true(writing_in_time(&w, 0, large));
    run_close(r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_run_setup, small_run_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_first_bytes_tell_nothing),
        TEST(test_many_bytes_tell_how_long_the_rest_takes),
        TEST(test_before_these_it_is_the_rate_of_another_file),
        TEST(test_a_run_with_no_end_has_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
