/* Scripts stand in for Slurm's programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/slurm_program.h"
#include "tests/support/check.h"

static bool run(const char *script, double seconds, int stop, char *out, size_t size, struct error *e)
{
    const char *const words[] = { "sh", "-c", script, NULL };
    const struct slurm_program p = { .words = words, .seconds = seconds, .stop = stop };

    return slurm_program_run(&p, out, size, e);
}

static void test_what_it_prints_is_the_answer(void **state)
{
    struct error e = { 0 };
    char out[8];
    (void)state;

    assert_good(run("echo 4711", 60, 0, out, sizeof out, &e), e);
    assert_string_equal(out, "4711\n");
    assert_good(run("echo 123456789", 60, 0, out, sizeof out, &e), e);
    assert_string_equal(out, "1234567"); /* cut to fit */
    assert_false(run("echo 'sbatch: error: no such partition' >&2; exit 1", 60, 0, out, sizeof out, &e));
    assert_string_equal(e.text, "sh: no such partition");
}

/* It has closed all that it could say something on, as one does that the kernel cannot end. */
static void test_one_that_says_no_more_and_stays_is_ended(void **state)
{
    struct error e = { 0 };
    char out[8];
    (void)state;

    assert_false(run("exec sleep 1000 >&- 2>&-", 0.2, 0, out, sizeof out, &e));
    assert_non_null(strstr(e.text, "did not answer within"));
    assert_int_equal(waitpid(-1, NULL, 0), -1); /* nothing of it is left */
}

static void test_one_that_is_stopped_is_ended(void **state)
{
    int stop = eventfd(1, EFD_CLOEXEC);
    struct error e = { 0 };
    char out[8];
    (void)state;

    assert_true(stop > 0);
    assert_false(run("exec sleep 1000", 1000, stop, out, sizeof out, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(waitpid(-1, NULL, 0), -1);
    close(stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_prints_is_the_answer),
        cmocka_unit_test(test_one_that_says_no_more_and_stays_is_ended),
        cmocka_unit_test(test_one_that_is_stopped_is_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
