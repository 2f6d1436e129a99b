#include "tests/support/check.h"

#include <time.h>

#include "run/usage_words.h"

static const uint64_t gibibyte = (uint64_t)1 << 30;

static const struct usage used = {
    .seconds = 720, .cores = 2.2, .cores_allotted = 8, .memory_peak = (uint64_t)2 << 30,
    .memory_limit = (uint64_t)16 << 30, .gpu_load = 0.71, .gpus = 1,
};
static const struct trainer_status done = { .state = TRAINER_FINISHED, .seconds = 700, .seconds_left = 0 };

static struct job job_of(double begun_ago, double left)
{
    const double now = (double)time(NULL);

    return (struct job){ .inside = true, .interactive = true, .id = "4711", .gpu_count = 1, .begin = now - begun_ago,
                         .end = now + left };
}

static void test_what_was_used_stands_beside_what_was_allotted(void **state)
{
    struct job job = job_of(0, 3600);
    char words[160];
    (void)state;

    job.begin = 0;
    usage_words_used(&used, &job, words, sizeof words);
    assert_string_equal(words, "2.2 of 8 cores, 2.0 G of 16.0 G, 1 GPU 71 % busy, 12:00 of n/a");
}

static void test_the_jobs_own_time_counts_where_it_is_known(void **state)
{
    struct job job = job_of(1800, 1800);
    char words[160];
    (void)state;

    usage_words_used(&used, &job, words, sizeof words);
    assert_non_null(strstr(words, " of 1:00:0"));
    assert_non_null(strstr(words, ", 30:0"));
}

static void test_what_is_not_known_is_not_guessed(void **state)
{
    const struct job job = { .inside = true, .gpu_count = 2 };
    struct usage unknown;
    char words[160];
    (void)state;

    usage_meter_read(NULL, &unknown);
    usage_words_used(&unknown, &job, words, sizeof words);
    assert_string_equal(words, "n/a of 0 cores, n/a of n/a, 2 GPUs n/a, n/a of n/a");
    usage_words_next(&unknown, &(struct trainer_status){ .seconds_left = -1 }, &job, true, words, sizeof words);
    assert_string_equal(words, "sbatch --gres=gpu:1");
}

static void test_the_next_job_asks_for_a_little_more_than_was_used(void **state)
{
    const struct job job = job_of(1800, 1800), none = { .inside = false };
    char words[160];
    (void)state;

    usage_words_next(&used, &done, &job, true, words, sizeof words);
    assert_string_equal(words, "srun --cpus-per-task=3 --mem=2560M --time=0:15:00 --gres=gpu:1");
    usage_words_next(&used, &done, &job, false, words, sizeof words);
    assert_null(strstr(words, "gres"));
    usage_words_next(&used, &done, &none, true, words, sizeof words);
    assert_string_equal(words, "");
}

static void test_a_run_that_is_not_over_needs_its_whole_time(void **state)
{
    const struct job job = job_of(1800, 1800);
    const struct trainer_status half = { .state = TRAINER_STOPPED, .seconds = 720, .epoch = 6, .epochs = 10,
                                         .seconds_per_epoch = 144 };
    const struct trainer_status going = { .state = TRAINER_RUNNING, .seconds = 720, .seconds_left = 720 };
    struct usage all = used;
    (void)state;

    struct job_request r = usage_words_request(&used, &half, &job, false);
    assert_true(r.seconds == 1800);
    r = usage_words_request(&used, &going, &job, false);
    assert_true(r.seconds == 1800);
    all.cores = 7.9;
    all.memory_peak = 20 * gibibyte;
    r = usage_words_request(&all, &half, &job, false);
    assert_int_equal(r.cores, 8); /* not more than there were */
    assert_int_equal(r.memory, 24 * gibibyte);
}

/* Of a small process a fifth is nothing: the words say what is added instead. */
static void test_a_small_run_gets_the_room_that_is_told(void **state)
{
    const struct job job = job_of(1800, 1800);
    struct usage small = used;
    (void)state;

    small.memory_peak = 33 << 20;
    assert_int_equal(usage_words_request(&small, &done, &job, false).memory, gibibyte / 2);
    assert_non_null(strstr(USAGE_WORDS_MARGINS, "(256M at least)"));
    assert_non_null(strstr(USAGE_WORDS_MARGINS, "rounded up"));
}

static void test_this_process_has_used_something(void **state)
{
    struct usage_meter *m = usage_meter_new(NULL);
    struct usage u;
    (void)state;

    assert_non_null(m);
    for (clock_t start = clock(); clock() - start < CLOCKS_PER_SEC / 20;)
        ;
    usage_meter_read(m, &u);
    assert_true(u.cores > 0 && u.cores_allotted >= 1);
    assert_true(u.memory_peak > 0);
    assert_true(u.gpu_load < 0 && u.gpus == 0);
    usage_meter_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_used_stands_beside_what_was_allotted),
        cmocka_unit_test(test_the_jobs_own_time_counts_where_it_is_known),
        cmocka_unit_test(test_what_is_not_known_is_not_guessed),
        cmocka_unit_test(test_the_next_job_asks_for_a_little_more_than_was_used),
        cmocka_unit_test(test_a_run_that_is_not_over_needs_its_whole_time),
        cmocka_unit_test(test_a_small_run_gets_the_room_that_is_told),
        cmocka_unit_test(test_this_process_has_used_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
