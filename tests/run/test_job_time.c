#include "tests/support/check.h"

#include <time.h>

#include "run/job_stop.h"
#include "run/job_time.h"

static double stop_of(double end, double margin)
{
    struct job_stop stop = { .came = false };

    job_stop_set(&stop, end, margin);
    return stop.at;
}

static void test_a_run_stops_so_long_before_its_jobs_end(void **state)
{
    const double now = (double)time(NULL);
    (void)state;

    assert_true(stop_of(now + 36000, 60) == now + 36000 - 60);
    assert_true(stop_of(0, 60) == 0);
    assert_true(stop_of(now + 36000, 0) == 0);
}

static void test_a_short_job_has_a_tenth_of_it_at_most(void **state)
{
    const double now = (double)time(NULL), stop = stop_of(now + 100, 60);
    (void)state;

    assert_true(stop >= now + 90 && stop < now + 100);
    assert_true(stop_of(now - 5, 60) == now - 5);
}

static void test_the_time_is_until_the_stop_not_until_the_end(void **state)
{
    struct job_stop stop = { .came = false };
    double left;
    (void)state;

    assert_true(job_stop_seconds(&stop) < 0);
    job_stop_set(&stop, (double)time(NULL) + 36000, 600);
    left = job_stop_seconds(&stop);
    assert_true(left > 36000 - 600 - 60 && left <= 36000 - 600);
    job_stop_set(&stop, (double)time(NULL) + 72000, 0);
    assert_true(job_stop_seconds(&stop) > 71900);
    job_stop_set(&stop, (double)time(NULL) - 10, 60);
    assert_true(job_stop_seconds(&stop) == 0);
}

static void test_the_moment_comes_once(void **state)
{
    struct job_stop stop = { .came = false };
    (void)state;

    assert_false(job_stop_comes(&stop));
    job_stop_set(&stop, (double)time(NULL) + 36000, 60);
    assert_false(job_stop_comes(&stop));
    job_stop_set(&stop, (double)time(NULL), 60);
    assert_true(job_stop_is_due(&stop));
    assert_true(job_stop_comes(&stop));
    assert_false(job_stop_comes(&stop) || job_stop_is_due(&stop));
}

static const struct trainer_status halfway = {
    .state = TRAINER_RUNNING, .epoch = 11, .epochs = 20, .batch = 0, .batches = 100, .seconds_left = 2400
};

static void test_epochs_that_do_not_fit_say_where_the_run_will_stop(void **state)
{
    char words[160];
    (void)state;

    assert_false(job_time_fits(&halfway, 720, words, sizeof words));
    assert_string_equal(words, "10 epochs left take 40:00, the job has 12:00 for them: the run will stop in "
                               "epoch 14, kept to go on");
    assert_true(job_time_fits(&halfway, 3600, words, sizeof words));
    assert_string_equal(words, "");
}

static void test_what_is_not_known_is_no_reason_to_worry(void **state)
{
    struct trainer_status s = halfway;
    char words[160];
    (void)state;

    assert_true(job_time_fits(&s, -1, words, sizeof words));
    s.seconds_left = -1;
    assert_true(job_time_fits(&s, 720, words, sizeof words));
    s = halfway;
    s.state = TRAINER_PAUSED;
    assert_true(job_time_fits(&s, 720, words, sizeof words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_stops_so_long_before_its_jobs_end),
        cmocka_unit_test(test_a_short_job_has_a_tenth_of_it_at_most),
        cmocka_unit_test(test_the_time_is_until_the_stop_not_until_the_end),
        cmocka_unit_test(test_the_moment_comes_once),
        cmocka_unit_test(test_epochs_that_do_not_fit_say_where_the_run_will_stop),
        cmocka_unit_test(test_what_is_not_known_is_no_reason_to_worry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
