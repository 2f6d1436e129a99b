/* status.json: what is written is read back, and what is not a status is refused. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/run_status.h"
#include "tests/support/folder.h"

static struct run_status example(void)
{
    struct run_status s = {
        .host = "gpu03", .job = "4711", .device = "cuda:0", .process = 123, .begun = 1795849224.25,
        .written = 1795849230.5, .checkpoint = -1, .trouble = "no space",
        .trainer = { .state = TRAINER_PAUSED, .epoch = 3, .epochs = 20, .batch = 7, .batches = 47,
                     .steps = (uint64_t)1 << 40, .learning_rate = 0.0005, .rate_factor = 0.5, .speed = 5000,
                     .seconds_left = 61.5, .valid_loss = 0.25, .valid_accuracy = 0.75, .test_loss = -1,
                     .best_epoch = 2, .ended_early = true,
                     .together = { .ranks = 2, .nodes = 2, .perfect = 0.875, .slowest = "rank 1 on node b" } },
        .profile = { .step = 0.02, .sampled = true },
        .ranks = { .count = 2,
                   .rows = { { .name = "rank 0 on node a", .card = { .step = 0.02, .waits = 0.002, .summing = -1 } },
                             { .name = "rank 1 on node b", .card = { .step = 0.02, .load = 0.5 } } } },
        .n_answers = 2,
        .answers = { { .id = "a", .taken = 5, .good = true, .text = "it pauses" }, { .id = "b", .text = "no" } },
    };

    s.profile.part[STEP_FORWARD] = 0.015;
    return s;
}

static void test_a_status_is_read_as_it_was_written(void **state)
{
    const char *folder = *state;
    struct run_status s = example(), back;
    struct error e = { 0 };
    bool there;

    assert_good(run_status_write(&s, folder, &e), e);
    assert_int_equal(folder_entries(folder), 1); /* nothing half-written beside it */
    assert_good(run_status_read(&back, folder, &there, &e), e);
    assert_true(there);
    assert_string_equal(back.host, "gpu03");
    assert_string_equal(back.job, "4711");
    assert_string_equal(back.trouble, "no space");
    assert_int_equal(back.process, 123);
    assert_true(back.written == s.written);
    assert_true(back.checkpoint < 0);
    assert_int_equal(back.trainer.state, TRAINER_PAUSED);
    assert_true(back.trainer.steps == s.trainer.steps);
    assert_true(back.trainer.learning_rate == s.trainer.learning_rate);
    assert_true(back.trainer.seconds_left == 61.5);
    assert_true(back.trainer.test_loss < 0);
    assert_true(back.trainer.ended_early);
    assert_false(back.trainer.best_restored);
    assert_true(back.profile.sampled && back.profile.part[STEP_FORWARD] == 0.015);
    assert_int_equal(back.trainer.together.ranks, 2);
    assert_true(back.trainer.together.perfect == 0.875);
    assert_string_equal(back.trainer.together.slowest, "rank 1 on node b");
    assert_int_equal(back.ranks.count, 2);
    assert_string_equal(back.ranks.rows[1].name, "rank 1 on node b");
    assert_true(back.ranks.rows[0].card.waits == 0.002 && back.ranks.rows[0].card.summing < 0);
    assert_true(back.ranks.rows[1].card.load == 0.5);
    assert_null(run_status_answer(&back, "c"));
    assert_false(run_status_answer(&back, "b")->good);
    assert_string_equal(run_status_answer(&back, "a")->text, "it pauses");

    run_status_remove(folder);
    assert_false(run_status_read(&back, folder, &there, &e));
    assert_false(there);
}

static void test_what_is_no_status_is_refused(void **state)
{
    static const char *const wrong[] = {
        "", "{", "[]", "{}", "{\"state\":\"dancing\"}", "{\"state\":\"running\",\"process\":-1}",
        "{\"state\":\"running\",\"process\":1e99}", "{\"state\":\"running\",\"epoch\":3000000000}",
        "{\"state\":\"running\",\"host\":[]}", "{\"state\":\"running\",\"ended_early\":1}",
        "{\"state\":\"running\",\"seconds\":\"1\"}", "{\"state\":\"running\",\"rank_list\":[{\"name\":5}]}",
    };
    const char *folder = *state;
    struct run_status s;
    struct error e;
    bool there;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        folder_put(folder, "status.json", wrong[i]);
        assert_false(run_status_read(&s, folder, &there, &e));
        assert_true(there);
    }
    assert_int_equal(unlink(folder_path(folder, "status.json")), 0);
    assert_int_equal(mkfifo(folder_path(folder, "status.json"), 0666), 0);
    assert_false(run_status_read(&s, folder, &there, &e));
    assert_true(there);
}

/* Of a later version, or of a hand that edits: names are safe to show, surplus keys and answers are left out. */
static void test_a_strange_status_is_read_as_far_as_it_goes(void **state)
{
    const char *folder = *state;
    struct run_status s;
    struct error e = { 0 };
    bool there;

    folder_put(folder, "status.json",
               "{\"state\":\"running\",\"new\":{},\"host\":\"a\\u001b[2Jb\",\"answers\":[1,{\"id\":5},{\"id\":\"x\"},"
               "{\"id\":\"0123456789012345678901234567890123456789\"},{\"id\":\"y\",\"text\":7}]}");
    assert_good(run_status_read(&s, folder, &there, &e), e);
    assert_string_equal(s.host, "a?[2Jb");
    assert_int_equal(s.n_answers, 2);
    assert_true(s.trainer.seconds_left < 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_status_is_read_as_it_was_written),
        IN_FOLDER(test_what_is_no_status_is_refused),
        IN_FOLDER(test_a_strange_status_is_read_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
