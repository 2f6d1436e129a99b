/* What the rank says that speaks for rank 0, once that is lost, and when it puts its job back into the queue: here two
 * scripts play Slurm. */
#include "tests/support/check.h"

#include "base/path.h"
#include "cli/outcome.h"
#include "run/checkpoint.h"
#include "tests/support/folder.h"
#include "tests/support/played.h"
#include "tests/support/process.h"

enum { AT_START = 100, LATER = 140 };

static int setup(void **state)
{
    if (folder_setup(state) != 0 || played_begin(*state) != 0)
        return -1;
    setenv("SLURM_JOB_ID", "4711", 1);
    played_program(*state, "squeue", "#!/bin/sh\necho RUNNING\n");
    played_program(*state, "scontrol", "#!/bin/sh\necho \"$@\" >>\"$(dirname \"$0\")/asked\"\n");
    return 0;
}

static int teardown(void **state)
{
    played_end();
    unsetenv("SLURM_JOB_ID");
    return folder_teardown(state);
}

static void put_checkpoint(const char *folder, uint64_t steps)
{
    const struct snapshot s = { .steps = steps };
    struct error e = { 0 };

    assert_good(checkpoint_write(folder, &s, NULL, &e), e);
    assert_int_equal(checkpoint_steps(folder), steps);
}

/* Whether Slurm was asked to queue the job again; *e: all that is said. */
static bool asks(const char *folder, const struct outcome_orphaned *o, struct error *e)
{
    error_set(e, ERROR_RUN, "rank 0 is lost");
    outcome_tell_orphaned(o, e);
    return path_is_file(folder_path(folder, "bin/asked"));
}

static void test_a_job_that_came_to_a_checkpoint_is_queued_again(void **state)
{
    const struct outcome_orphaned o = { .folder = *state, .steps_at_start = AT_START, .requeue = true };
    struct error e;

    put_checkpoint(*state, LATER);
    assert_true(asks(*state, &o, &e));
    assert_string_equal(e.text, "rank 0 is lost; its last checkpoint has 140 steps, and the job is queued again to go "
                                "on with it");
    char *asked = folder_text(*state, "bin/asked");

    assert_string_equal(asked, "requeue 4711\n");
    free(asked);
}

/* Else one that loses rank 0 at the same place each time would come back for ever. */
static void test_a_job_that_came_to_none_is_not(void **state)
{
    const struct outcome_orphaned o = { .folder = *state, .steps_at_start = AT_START, .requeue = true };
    struct error e;

    put_checkpoint(*state, AT_START);
    assert_false(asks(*state, &o, &e));
    assert_holds(e.text, "rank 0 is lost; its last checkpoint has 100 steps, and 'cuvette resume ");
    assert_null(strstr(e.text, "again"));
}

static void test_a_run_without_a_checkpoint_is_not(void **state)
{
    const struct outcome_orphaned none = { .folder = *state, .requeue = true }, unknown = { .requeue = true };
    struct error e;

    assert_false(asks(*state, &none, &e));
    assert_string_equal(e.text, "rank 0 is lost");
    assert_false(asks(*state, &unknown, &e));
    assert_string_equal(e.text, "rank 0 is lost; 'cuvette resume' goes on from the run's last checkpoint");
}

static void test_nobody_is_asked_where_nobody_wants_it(void **state)
{
    const struct outcome_orphaned o = { .folder = *state };
    struct error e;

    put_checkpoint(*state, LATER);
    assert_false(asks(*state, &o, &e));
    assert_null(strstr(e.text, "again"));
}

static void test_a_job_that_was_cancelled_does_not_come_back(void **state)
{
    const struct outcome_orphaned o = { .folder = *state, .requeue = true };
    struct error e;

    played_program(*state, "squeue", "#!/bin/sh\necho COMPLETING\n");
    put_checkpoint(*state, LATER);
    assert_false(asks(*state, &o, &e));
    assert_holds(e.text, " goes on; the job is not queued again: it was ended from outside");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_a_job_that_came_to_a_checkpoint_is_queued_again),
        IN_A_FOLDER(test_a_job_that_came_to_none_is_not),
        IN_A_FOLDER(test_a_run_without_a_checkpoint_is_not),
        IN_A_FOLDER(test_nobody_is_asked_where_nobody_wants_it),
        IN_A_FOLDER(test_a_job_that_was_cancelled_does_not_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
