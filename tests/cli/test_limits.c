/* Address spaces that a limit closes (`ulimit -v`): what computes nothing ends as ever, and what trains ends with its
 * model, or with a sentence before the first step. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>

#include "base/path.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

/* Dense layers whose products OpenBLAS computes, on two threads. */
static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 256\ndevice = cpu:2\n"
                             "[layers]\nflatten =\ndense = units=512 activation=relu\ndense = units=10\n";

/* In kB. The program and its libraries take 100 MB; OpenBLAS 450, of which the smaller ones have not enough. */
enum { SMALL = 300000, LARGE = 4000000 };

static struct process *run_under(long limit, const char *folder, const char *words)
{
    char line[PATH_SIZE + 256];
    const char *const argv[] = { "sh", "-c", line, NULL };

    snprintf(line, sizeof line, "ulimit -v %ld && exec \"$CUVETTE_BINARY\" %s", limit, words);
    struct process *p = process_start(argv, folder, NULL);

    process_finish(p);
    return p;
}

static void what_computes_nothing_needs_no_openblas(void **state)
{
    static const char *const words[] = { "--version", "--help", "devices", "help recipe", "runs", "data info digits" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct process *p = run_under(SMALL, *state, words[i]);

        assert_succeeded(p);
        assert_true(p->out_size > 0 || strcmp(words[i], "runs") == 0);
        process_free(p);
    }
}

static void small_products_need_no_openblas(void **state)
{
    struct process *p = run_under(SMALL, *state, "train r.ini --quiet --run small --set training.batch=16");

    assert_succeeded(p);
    process_free(p);
    assert_true(path_is_file(folder_path(*state, "small/model.h5")));
}

static void a_lack_of_addresses_is_told_before_the_first_step(void **state)
{
    struct process *p = run_under(SMALL, *state, "train r.ini --quiet --run refused");

    assert_refused(p, 1, "MB of address space");
    assert_false(path_is_file(folder_path(*state, "refused/model.h5")));
}

/* Whatever fails first. No file is called damaged for it. The library of HDF5 may crash (docs/reliability.md). */
static void every_limit_has_an_end(void **state)
{
    for (long limit = 90000; limit < LARGE; limit += limit / 5) {
        struct process *p = run_under(limit, *state, "train r.ini --quiet --run swept");

        if (p->exit_code == 0)
            assert_true(path_is_file(folder_path(*state, "swept/model.h5")));
        else if (p->exit_code > 0)
            assert_true(p->err[0]);
        if (strstr(p->err, "damaged"))
            fail_msg("at %ld kB: %s", limit, p->err);
        assert_int_not_equal(p->exit_code, -SIGKILL);
        process_free(p);
        folder_remove(folder_path(*state, "swept"));
    }
}

static void enough_is_enough(void **state)
{
    struct process *p = run_under(LARGE, *state, "train r.ini --quiet --run whole");

    assert_succeeded(p);
    process_free(p);
    assert_true(path_is_file(folder_path(*state, "whole/model.h5")));
}

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "r.ini", recipe);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_computes_nothing_needs_no_openblas, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(small_products_need_no_openblas, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_lack_of_addresses_is_told_before_the_first_step, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(every_limit_has_an_end, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(enough_is_enough, setup, folder_teardown),
    };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("address spaces are not limited: a sanitizer needs terabytes of them\n");
    return 0;
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
