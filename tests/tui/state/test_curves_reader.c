#include "tests/support/check.h"

#include <semaphore.h>
#include <string.h>

#include "tests/support/fake_run.h"
#include "tests/support/folder.h"
#include "tests/support/held_lines.h"
#include "tui/state/curves_reader.h"

enum { PATIENCE = 60 };

static sem_t rung;
static struct curves curves;

static void ring(void *context)
{
    sem_post(context);
}

static struct curves_reader *start(const char *folder)
{
    struct error e = { 0 };
    struct curves_reader *r = curves_reader_start(folder, ring, &rung, &e);

    assert_good(r != NULL, e);
    return r;
}

static int begin(void **state)
{
    sem_init(&rung, 0, 0);
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "recipe.ini", "[layers]\nflatten =\n");
    return 0;
}

static int end(void **state)
{
    curves_free(&curves);
    sem_destroy(&rung);
    return folder_teardown(state);
}

static void put_run(const char *folder)
{
    struct fake_run run;

    fake_run_begin(&run, 0);
    fake_run_train(&run, 2 * FAKE_STEPS);
    fake_run_write(&run, folder);
    fake_run_free(&run);
}

static void test_curves_come_with_a_ring(void **state)
{
    struct error e = { 0 };
    struct curves_reader *r;

    put_run(*state);
    r = start(*state);
    assert_string_equal(curves_reader_name(r), path_name(*state));
    sem_wait(&rung);
    assert_good(curves_reader_take(r, PATIENCE, &curves, &e) && e.kind == ERROR_NONE, e);
    assert_int_equal(curves.lines[CHART_LOSS][0].count, 2 * FAKE_STEPS);
    curves_reader_stop(r);
    curves_reader_stop(NULL);
}

static void test_an_error_leaves_the_curves_as_they_were(void **state)
{
    struct error e = { 0 };
    struct curves_reader *r = start(*state);

    curves_begin(&curves, "0007-digits-cpu1", false);
    assert_true(curves_reader_take(r, PATIENCE, &curves, &e));
    assert_bad(e.kind == ERROR_NONE, e, "metrics.jsonl");
    assert_string_equal(curves.name, "0007-digits-cpu1");
    curves_reader_stop(r);
}

static void test_a_file_system_that_hangs_holds_nobody_up(void **state)
{
    struct error e = { 0 };
    struct curves_reader *r;

    put_run(*state);
    held_lines(true);
    r = start(*state);
    assert_false(curves_reader_take(r, 0, &curves, &e));
    curves_reader_stop(r);
    held_lines(false);
    assert_int_equal(sem_trywait(&rung), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_curves_come_with_a_ring),
        TEST(test_an_error_leaves_the_curves_as_they_were),
        TEST(test_a_file_system_that_hangs_holds_nobody_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
