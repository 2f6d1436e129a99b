/* `mpirun cuvette train`: several processes are one run. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/folder.h"
#include "tests/support/mpirun.h"
#include "tests/support/same_run.h"

static const char recipe[] = "[data]\ndataset = few.h5\n[training]\nepochs = 2\nbatch = 60\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static void few_digits(const char *folder)
{
    struct process *p = process_cuvette(folder, "data", "import", "digits", "few.h5", "--train", "300", "--test", "100",
                                        NULL);

    assert_succeeded(p);
    process_free(p);
    folder_put(folder, "few.ini", recipe);
}

static struct process *ranks(const char *folder, int count, const char *const words[])
{
    struct process *p = mpirun_start(&(struct mpirun){ .folder = folder, .plugin = "", .ranks = count }, words);

    process_finish(p);
    return p;
}

static int times(const char *text, const char *part)
{
    int count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* One sentence of cuvette's own, whatever the launcher adds. */
static void assert_says_once(const struct process *p, int exit_code, const char *words)
{
    assert_int_equal(p->exit_code, exit_code);
    assert_holds(p->err, words);
    assert_int_equal(times(p->err, "cuvette: "), 1);
    assert_int_equal(times(p->out, "run folder"), 0);
}

static void test_ranks_are_one_run_that_rank_0_tells(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--run", "out", NULL };
    const char *folder = *state;
    struct process *p;

    few_digits(folder);
    p = ranks(folder, 3, words);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_int_equal(times(p->out, "\n  2/2 "), 1);
    assert_int_equal(times(p->out, "run folder out"), 2); /* at its beginning and end */
    assert_int_equal(times(p->out, "\n3 ranks on 1 node, 20 images each\n"), 1);
    assert_int_equal(times(p->out, "\n3 ranks on 1 node, "), 2); /* and the share of perfect in the end */
    assert_true(folder_entries(folder_path(folder, "out")) > 0);
    process_free(p);
}

static void test_ranks_go_on_with_a_run_that_was_left(void **state)
{
    const char *const begin[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--run", "out", "--resume", NULL };
    const char *const go_on[] = { getenv("CUVETTE_BINARY"), "resume", "out", "--epochs", "3", NULL };
    struct process *p;

    few_digits(*state);
    p = ranks(*state, 2, begin);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(times(p->out, "\n  2/2 "), 1);
    process_free(p);
    p = ranks(*state, 2, begin);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(times(p->out, "there is nothing left to do"), 1);
    process_free(p);
    p = ranks(*state, 2, go_on);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "goes on after epoch 2 of 3");
    assert_int_equal(times(p->out, "\n  3/3 "), 1);
    process_free(p);
}

static void test_a_forecast_is_of_one_rank_and_its_part_of_the_node(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--forecast", NULL };
    struct process *p;

    few_digits(*state);
    p = ranks(*state, 3, words);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(times(p->out, "memory of one of 3 ranks, 3 on this node\n"), 1);
    assert_int_equal(times(p->out, "several ranks are not timed beforehand\n"), 1);
    process_free(p);
}

static const char mixed[] = "[data]\ndataset = few.h5\nmixup = 0.4\n[training]\nepochs = 10\nbatch = 60\n"
                            "device = cpu:1\nbatch_norm = all\nbucket = 0.001\n"
                            "[layers]\nconv2d = filters=4 padding=same bias=no\nbatch_norm =\n"
                            "activation = function=relu\nresidual = filters=6 stride=2\nglobal_avgpool =\n"
                            "dense = units=10\n";

/* 50 steps with batch norm and pairs over the whole batch: the losses are those of one rank, the same bits again. */
static void test_ranks_have_the_curve_of_one(void **state)
{
    const char *folder = *state;
    const char *const again[] = { getenv("CUVETTE_BINARY"), "train", "mixed.ini", "--run", "again", NULL };
    struct process *p;

    few_digits(folder);
    folder_put(folder, "mixed.ini", mixed);
    p = process_cuvette(folder, "train", "mixed.ini", "--run", "one", NULL);
    assert_succeeded(p);
    process_free(p);
    for (int count = 2; count <= 4; count++) {
        char run[16];
        const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "mixed.ini", "--run", run, NULL };

        snprintf(run, sizeof run, "of-%d", count);
        p = ranks(folder, count, words);
        assert_int_equal(p->exit_code, 0);
        process_free(p);
        assert_near_run(folder_path(folder, "one"), folder_path(folder, run), 1e-5);
    }
    p = ranks(folder, 4, again);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
    assert_near_run(folder_path(folder, "of-4"), folder_path(folder, "again"), 0);
}

/* Shares that were measured are kept with the run: trained again by its recipe it has the same bits, and two go on with
 * what three left. */
static void test_ranks_share_a_batch_by_their_speed(void **state)
{
    const char *folder = *state, *const binary = getenv("CUVETTE_BINARY");
    const char *const measured[] = { binary, "train", "mixed.ini", "--set", "training.shares=measured", "--run", "by",
                                     NULL };
    const char *const listed[] = { binary, "train", "mixed.ini", "--set", "training.shares=40,15,5", "--run", "listed",
                                   NULL };
    const char *const again[] = { binary, "train", "by/recipe.ini", "--run", "again", NULL };
    const char *const go_on[] = { binary, "resume", "listed", "--epochs", "11", NULL };
    const char *const refused[] = { binary, "train", "listed/recipe.ini", "--run", "out", NULL };
    struct process *p;
    char *kept;

    few_digits(folder);
    folder_put(folder, "mixed.ini", mixed);
    p = process_cuvette(folder, "train", "mixed.ini", "--run", "one", NULL);
    assert_succeeded(p);
    process_free(p);
    p = ranks(folder, 3, measured);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "3 ranks on 1 node, images by speed\n");
    assert_int_equal(times(p->out, " of 60 images, by measured speed\n"), 1);
    assert_int_equal(times(p->out, "\nrank 0 takes "), 1);
    process_free(p);
    assert_near_run(folder_path(folder, "one"), folder_path(folder, "by"), 1e-5);
    kept = folder_text(folder, "by/recipe.ini");
    assert_holds(kept, "\nshares = ");
    assert_null(strstr(kept, "shares = measured"));
    free(kept);
    p = ranks(folder, 3, again);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
    assert_near_run(folder_path(folder, "by"), folder_path(folder, "again"), 0);
    p = ranks(folder, 3, listed);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "3 ranks on 1 node, 5 to 40 images each\n");
    process_free(p);
    assert_near_run(folder_path(folder, "one"), folder_path(folder, "listed"), 1e-5);
    p = ranks(folder, 2, refused);
    assert_says_once(p, 3, "training.shares = 40,15,5 is for 3 that train together, and there are 2");
    process_free(p);
    p = ranks(folder, 2, go_on);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "goes on after epoch 10 of 11");
    process_free(p);
}

static void test_ranks_with_different_recipes_are_told_by_name(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--run", "out", ":", "-n", "1",
                                  getenv("CUVETTE_BINARY"), "train", "few.ini", "--run", "out", "--batch", "30", NULL };
    struct process *p;

    few_digits(*state);
    p = ranks(*state, 1, words);
    assert_says_once(p, 3, "cuvette: rank 1 on node ");
    assert_holds(p->err, ": another recipe than rank 0: training batch is 30, not 60\n");
    process_free(p);
}

static void test_replicas_in_each_of_several_processes_are_refused(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--device", "cpu:2x1", NULL };
    struct process *p;

    few_digits(*state);
    p = ranks(*state, 2, words);
    assert_says_once(p, 4, "device \"cpu:2x1\": each of several processes trains on one device; start more processes");
    process_free(p);
}

static void test_a_profile_of_ranks(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--profile", NULL };
    struct process *p;

    few_digits(*state);
    p = ranks(*state, 2, words);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_int_equal(times(p->out, "Of 2 ranks this is rank 0: "), 1);
    assert_holds(p->out, " steps of 30 images on each rank: ");
    process_free(p);
}

static void test_what_all_ranks_are_refused_is_said_once(void **state)
{
    const char *const usage[] = { getenv("CUVETTE_BINARY"), "train", "--patience", "soon", NULL };
    const char *const absent[] = { getenv("CUVETTE_BINARY"), "train", "absent.ini", NULL };
    struct process *p = ranks(*state, 2, usage);

    assert_says_once(p, 2, "cuvette: train: --patience soon: seconds from 1 to 86400");
    process_free(p);
    p = ranks(*state, 2, absent);
    assert_says_once(p, 3, "absent.ini");
    process_free(p);
}

static void test_without_the_plug_in_rank_0_says_so(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "mnist-mlp", NULL };
    struct process *p = mpirun_start(&(struct mpirun){ .folder = *state, .plugin = "/nowhere", .ranks = 2 }, words);

    process_finish(p);
    assert_says_once(p, 4, "cuvette: mpirun of Open MPI started 2 ranks: CUVETTE_MPI_PLUGIN names no file: /nowhere");
    process_free(p);
}

/* A long run of 3 ranks loses one by a signal after its first epoch, once a checkpoint is there. What they say. One
 * that hangs is told by the patience alone; a rank of a busy machine must not be. */
static struct process *lose(const char *folder, int rank, int number, const char *patience)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--run", "out", "--patience", patience,
                                  "--epochs", "100000", "--set", "training.checkpoint=0.1", NULL };
    struct process *p;

    few_digits(folder);
    p = mpirun_start(&(struct mpirun){ .folder = folder, .plugin = "", .ranks = 3 }, words);
    process_expect(p, "\n     1/100000 ");
    folder_await(folder_path(folder, "out"), "checkpoint.safetensors");
    assert_int_equal(kill(mpirun_rank(rank), number), 0);
    process_finish(p);
    assert_int_not_equal(p->exit_code, 0);
    assert_int_equal(times(p->err, "cuvette: "), 1);
    return p;
}

static void assert_goes_on(const char *folder)
{
    struct process *p = process_cuvette(folder, "resume", "out", "--epochs", "1", NULL);

    if (p->exit_code != 0) /* its checkpoint is of a later epoch */
        assert_holds(p->err, "the run out has begun epoch ");
    process_free(p);
}

static void test_the_death_of_a_rank_ends_the_run_with_what_was_learned(void **state)
{
    struct process *p = lose(*state, 2, SIGKILL, "300");

    assert_holds(p->err, "cuvette: rank 2 on node ");
    assert_holds(p->err, " has ended without a word: it was killed, or it crashed; what was learned is in out, ");
    assert_holds(p->err, " and 'cuvette resume out' goes on\n");
    process_free(p);
    assert_goes_on(*state);
}

static void test_where_rank_0_dies_its_last_checkpoint_stays(void **state)
{
    struct process *p = lose(*state, 0, SIGKILL, "300");

    assert_holds(p->err, "cuvette: rank 0 on node ");
    assert_holds(p->err, "; its last checkpoint has ");
    assert_holds(p->err, " steps, and 'cuvette resume out' goes on\n");
    process_free(p);
    assert_goes_on(*state);
}

static void test_a_rank_that_hangs_ends_the_run_when_patience_is_over(void **state)
{
    struct process *p = lose(*state, 1, SIGSTOP, "5");

    assert_holds(p->err, "cuvette: rank 1 on node ");
    assert_holds(p->err, " has not answered for 5 seconds: it hangs, or its node is cut off; what was learned is in "
                         "out");
    process_free(p);
    assert_goes_on(*state);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_ranks_are_one_run_that_rank_0_tells),
        IN_A_FOLDER(test_ranks_go_on_with_a_run_that_was_left),
        IN_A_FOLDER(test_a_forecast_is_of_one_rank_and_its_part_of_the_node),
        IN_A_FOLDER(test_ranks_have_the_curve_of_one),
        IN_A_FOLDER(test_ranks_share_a_batch_by_their_speed),
        IN_A_FOLDER(test_ranks_with_different_recipes_are_told_by_name),
        IN_A_FOLDER(test_replicas_in_each_of_several_processes_are_refused),
        IN_A_FOLDER(test_a_profile_of_ranks),
        IN_A_FOLDER(test_what_all_ranks_are_refused_is_said_once),
        IN_A_FOLDER(test_without_the_plug_in_rank_0_says_so),
        IN_A_FOLDER(test_the_death_of_a_rank_ends_the_run_with_what_was_learned),
        IN_A_FOLDER(test_where_rank_0_dies_its_last_checkpoint_stays),
        IN_A_FOLDER(test_a_rank_that_hangs_ends_the_run_when_patience_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
