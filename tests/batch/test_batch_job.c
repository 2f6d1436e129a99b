#include "tests/support/check.h"

#include "batch/batch_defaults.h"
#include "batch/batch_job.h"

static struct batch_job preset(void)
{
    struct batch_job job;

    memset(&job, 0, sizeof job);
    fields_preset(batch_job_fields, &job);
    return job;
}

static void test_times_are_read_as_slurm_reads_them(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } good[] = {
        { "90", 5400 },      { "1:30", 90 },         { "1:30:00", 5400 },        { "0:00:01", 1 },
        { "1-12", 129600 },  { "1-12:30", 131400 },  { "2-00:00:10", 172810 },
    };
    static const char *const bad[] = {
        "", "0", "1h", "1:", ":1", "1:2:3:4", "1-", "-1", "1-2-3", "1:2-3", "99999999999", " 1", "1 ", "1.5",
    };
    double seconds;
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(batch_job_seconds(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (batch_job_seconds(bad[i], &seconds))
            fail_msg("'%s' is a time", bad[i]);
}

static void test_what_slurm_would_not_take_is_refused(void **state)
{
    struct batch_job job = preset();
    struct error e = { 0 };
    (void)state;

    assert_good(batch_job_check(&job, &e), e);
    strcpy(job.gpus, "a100:2");
    assert_good(batch_job_check(&job, &e), e);
    strcpy(job.gpus, "many");
    assert_bad(batch_job_check(&job, &e), e, "gpus is 'many'");
    strcpy(job.gpus, "a 100:2");
    assert_bad(batch_job_check(&job, &e), e, "gpus");
    job = preset();
    strcpy(job.time, "8h");
    assert_bad(batch_job_check(&job, &e), e, "time is '8h'");
    job = preset();
    strcpy(job.account, "a\n#SBATCH --mem=1T");
    assert_bad(batch_job_check(&job, &e), e, "account cannot have line breaks");
}

static void test_what_nobody_says_comes_from_the_recipe(void **state)
{
    static struct recipe r;
    struct batch_job job = preset();
    (void)state;

    recipe_preset(&r);
    strcpy(r.name, "small");
    strcpy(r.training.device, "cpu:7");
    batch_defaults_of_recipe(&job, &r);
    assert_string_equal(job.name, "small");
    assert_int_equal(job.cpus, 7);
    assert_string_equal(job.gpus, "");
    assert_null(batch_defaults_device(&job, &r));
    job.cpus = 2;
    assert_string_equal(batch_defaults_device(&job, &r), "cpu");

    job = preset();
    strcpy(r.training.device, "cpu:2x4");
    batch_defaults_of_recipe(&job, &r);
    assert_int_equal(job.cpus, 8);
    assert_null(batch_defaults_device(&job, &r));
    job.cpus = 7;
    assert_string_equal(batch_defaults_device(&job, &r), "cpu");

    job = preset();
    strcpy(r.training.device, "cuda:1");
    batch_defaults_of_recipe(&job, &r);
    assert_string_equal(job.gpus, "1");
    assert_string_equal(batch_defaults_device(&job, &r), "cuda:0"); /* the job has one, whatever the node has */
    strcpy(job.gpus, "a100:2");
    assert_null(batch_defaults_device(&job, &r));
    strcpy(job.gpus, "");
    strcpy(r.training.device, "cuda:0-3");
    batch_defaults_of_recipe(&job, &r);
    assert_string_equal(job.gpus, "4");
    assert_null(batch_defaults_device(&job, &r));
    strcpy(job.gpus, "2");
    assert_string_equal(batch_defaults_device(&job, &r), "cuda:all");
    strcpy(job.gpus, "0");
    assert_string_equal(batch_defaults_device(&job, &r), "cpu");
}

static void test_ranks_of_a_job(void **state)
{
    static struct recipe r;
    struct batch_job job = preset();
    struct error e = { 0 };
    (void)state;

    assert_int_equal(batch_job_ranks(&job), 1);
    job.nodes = 3;
    assert_int_equal(batch_job_ranks(&job), 3);
    strcpy(job.gpus, "a100:4");
    assert_int_equal(batch_job_tasks(&job), 4);
    assert_int_equal(batch_job_ranks(&job), 12);
    assert_good(batch_job_check(&job, &e), e);
    recipe_preset(&r);
    strcpy(r.training.device, "cuda:3");
    assert_string_equal(batch_defaults_device(&job, &r), "cuda:0"); /* each sees its own alone */
    job.tasks = 2;
    assert_bad(batch_job_check(&job, &e), e, "2 ranks on each node, and gpus is 'a100:4'");
    job.tasks = 0;
    strcpy(job.gpus, "a100:0"); /* else there would be no rank at all */
    assert_bad(batch_job_check(&job, &e), e, "gpus is 'a100:0': each rank trains on a GPU of its own");
    job = preset();
    job.tasks = 2;
    assert_int_equal(batch_job_ranks(&job), 2);
    strcpy(r.training.device, "cpu:2x2");
    assert_string_equal(batch_defaults_device(&job, &r), "cpu"); /* no replicas in ranks */
}

/* Images are held in memory where they need no more than half of it. */
static void test_there_is_room_for_what_is_not_counted(void **state)
{
    const uint64_t giga = (uint64_t)1 << 30;
    struct batch_job job = preset();
    double seconds;
    (void)state;

    batch_defaults_memory(&job, 4 * giga, 4 * giga);
    assert_true(job.mem >= 9 * giga && job.mem % giga == 0);
    batch_defaults_memory(&job, 40 * giga, 0);
    assert_true(job.mem < 10 * giga); /* it was set */
    batch_defaults_time(&job, 7200);
    assert_true(batch_job_seconds(job.time, &seconds));
    assert_true(seconds > 7200 && seconds < 4 * 7200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_read_as_slurm_reads_them),
        cmocka_unit_test(test_what_slurm_would_not_take_is_refused),
        cmocka_unit_test(test_what_nobody_says_comes_from_the_recipe),
        cmocka_unit_test(test_ranks_of_a_job),
        cmocka_unit_test(test_there_is_room_for_what_is_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
