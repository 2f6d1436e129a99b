/* A script with the name squeue stands in for Slurm. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "host/job_question.h"
#include "tests/support/folder.h"

static const struct job asking = { .inside = true, .id = "4711" };
static char *path_before;

static int setup(void **state)
{
    const char *path = getenv("PATH");
    char with[PATH_SIZE * 2];

    if (folder_setup(state) != 0 || !path)
        return -1;
    path_before = strdup(path);
    snprintf(with, sizeof with, "%s:%s", (const char *)*state, path);
    setenv("PATH", with, 1);
    return path_before ? 0 : -1;
}

static int teardown(void **state)
{
    setenv("PATH", path_before, 1);
    free(path_before);
    return folder_teardown(state);
}

static void play(const char *folder, const char *script)
{
    assert_int_equal(chmod(folder_put(folder, "squeue", script), 0700), 0);
}

/* Asks, and takes answers until the question is over. */
static struct job ask(const struct job *job)
{
    struct job answered = *job;
    struct job_question *q = job_question_ask(job);

    assert_non_null(q);
    do
        poll(&(struct pollfd){ .fd = job_question_descriptor(q), .events = POLLIN }, 1, -1);
    while (!job_question_take(q, &answered));
    job_question_free(q);
    return answered;
}

static void test_the_time_left_is_asked_of_slurm(void **state)
{
    static const struct {
        const char *answer;
        double seconds;
    } cases[] = {
        { "59:43", 59 * 60 + 43 },
        { "0:09", 9 },
        { "2:00:01", 2 * 3600 + 1 },
        { "1-02:03:04", 26 * 3600 + 3 * 60 + 4 },
        { "7:00\\n8:00", 7 * 60 }, /* parts of one job */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[128];

        snprintf(script, sizeof script, "#!/bin/sh\nprintf '%s\\n'\n", cases[i].answer);
        play(*state, script);
        struct job job = ask(&asking);
        double left = job_seconds_left(&job);
        if (left > cases[i].seconds || left < cases[i].seconds - 60)
            fail_msg("%s is taken for %g s", cases[i].answer, left);
    }
}

static void test_the_time_used_comes_with_it(void **state)
{
    play(*state, "#!/bin/sh\necho 1:00:00 30:00\n");
    struct job job = ask(&asking);
    assert_true(job_seconds_used(&job) >= 1800 && job_seconds_used(&job) < 1900);
    assert_float_equal(job_seconds_left(&job), 3600, 60);

    play(*state, "#!/bin/sh\necho UNLIMITED 30:00\n");
    job = ask(&asking);
    assert_true(job_seconds_left(&job) < 0);
    assert_true(job_seconds_used(&job) >= 1800);
}

static void test_the_question_names_the_job(void **state)
{
    char script[PATH_SIZE + 64];

    snprintf(script, sizeof script, "#!/bin/sh\nprintf '%%s ' \"$@\" > '%s'\n", folder_path(*state, "asked"));
    play(*state, script);
    ask(&asking);

    char *asked = folder_text(*state, "asked");
    assert_string_equal(asked, "--noheader --jobs 4711 --format %L %M ");
    free(asked);
}

static void test_what_is_no_time_stays_unknown(void **state)
{
    static const char *const scripts[] = {
        "echo UNLIMITED", "echo NOT_SET", "echo", "echo 1:2x", "echo 5:", "echo -5", "exit 1",
        "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1", "yes 1:00 | tr -d '\\n' | head -c 100000",
    };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char script[256];

        snprintf(script, sizeof script, "#!/bin/sh\n%s\n", scripts[i]);
        play(*state, script);
        struct job job = ask(&asking);
        if (job_seconds_left(&job) >= 0)
            fail_msg("%s is taken for a time", scripts[i]);
    }
}

static void test_nobody_waits_for_an_answer(void **state)
{
    struct job job = asking;

    play(*state, "#!/bin/sh\nexec sleep 1000\n");
    struct job_question *q = job_question_ask(&job);
    assert_non_null(q);
    assert_false(job_question_take(q, &job));
    assert_true(job_seconds_left(&job) < 0);
    job_question_free(q);
}

static void test_nothing_is_asked_without_need(void **state)
{
    const struct job outside = { 0 }, known = { .inside = true, .id = "4711", .end = 2e9 };

    play(*state, "#!/bin/sh\necho 1:00\n");
    assert_null(job_question_ask(&outside));
    assert_null(job_question_ask(&known));
    job_question_free(NULL);
}

static void test_a_node_without_squeue_has_no_answer(void **state)
{
    (void)state;
    setenv("PATH", "/nowhere", 1);
    struct job job = ask(&asking);
    assert_true(job_seconds_left(&job) < 0);
}

static void test_a_command_waits_for_an_answer_and_not_for_one_that_hangs(void **state)
{
    struct job job = asking;

    play(*state, "#!/bin/sh\necho 10:00 5:00\n");
    job_question_settle(&job, 60);
    assert_true(job_seconds_left(&job) > 0);

    job = asking;
    play(*state, "#!/bin/sh\nexec sleep 1000\n");
    job_question_settle(&job, 0.01);
    assert_true(job_seconds_left(&job) < 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_time_left_is_asked_of_slurm),
        TEST(test_the_time_used_comes_with_it),
        TEST(test_the_question_names_the_job),
        TEST(test_what_is_no_time_stays_unknown),
        TEST(test_nobody_waits_for_an_answer),
        TEST(test_nothing_is_asked_without_need),
        TEST(test_a_node_without_squeue_has_no_answer),
        TEST(test_a_command_waits_for_an_answer_and_not_for_one_that_hangs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
