/* Ranks of a training on nodes of their own, where nobody sees the processes of another: what is told and kept when one
 * of them is lost. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>

#include "tests/support/folder.h"
#include "tests/support/mpirun.h"
#include "tests/support/nodes.h"

enum { RANKS = 3 };

static const char recipe[] = "[training]\nepochs = 100000\nbatch = 60\ndevice = cpu:1\ncheckpoint = 0.1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static int teardown(void **state)
{
    nodes_end();
    return folder_teardown(state);
}

/* A training that has a checkpoint. */
static struct process *start(const char *folder, const char *patience)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "small.ini", "--run", "out", "--patience",
                                  patience, NULL };
    struct process *p;

    folder_put(folder, "small.ini", recipe);
    p = mpirun_start(&(struct mpirun){ .folder = folder, .plugin = "", .nodes = nodes_start(RANKS), .ranks = RANKS },
                     words);
    process_expect(p, "\n     1/100000 ");
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    return p;
}

/* It ends with one word of cuvette's own at most, and what is left can be gone on with. */
static void assert_lost(struct process *p, const char *folder)
{
    const char *first;

    process_finish(p);
    assert_int_not_equal(p->exit_code, 0);
    first = strstr(p->err, "cuvette: ");
    assert_true(!first || !strstr(first + 1, "cuvette: "));

    struct process *resumed = process_cuvette(folder, "resume", "out", "--epochs", "1", NULL);
    if (resumed->exit_code != 0) /* its checkpoint is of a later epoch */
        assert_holds(resumed->err, "the run out has begun epoch ");
    process_free(resumed);
}

/* Open MPI gives the ranks that are left a moment, in which they may have no turn. */
static void test_a_rank_that_is_killed_on_another_node(void **state)
{
    struct process *p = start(*state, "300");

    assert_int_equal(kill(mpirun_rank(2), SIGKILL), 0);
    assert_lost(p, *state);
    process_free(p);
}

static void test_a_node_that_is_cut_off(void **state)
{
    struct process *p = start(*state, "300");

    nodes_cut(1);
    assert_lost(p, *state);
    assert_holds(p->err, "cuvette: rank 1 on node ");
    process_free(p);
}

#define ON_NODES(test) cmocka_unit_test_setup_teardown(test, folder_setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_NODES(test_a_rank_that_is_killed_on_another_node),
        ON_NODES(test_a_node_that_is_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
