/* `cuvette train --device cpu:RxN`: several replicas in one process are one run. */
#include "tests/support/check.h"

#include <jansson.h>

#include "host/cores.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 1000\ndevice = cpu:2x1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "two.ini", recipe);
    return 0;
}

static void on_two_cores(void)
{
    if (cores_count().usable < 2)
        skip();
}

static json_int_t in_summary(const char *folder, const char *key)
{
    json_t *summary = json_load_file(folder_path(folder, "out/summary.json"), 0, NULL);
    const json_int_t number = json_integer_value(json_object_get(summary, key));

    json_decref(summary);
    return number;
}

static void test_replicas_are_told_and_one_goes_on(void **state)
{
    struct process *p;

    on_two_cores();
    p = process_cuvette(*state, "train", "two.ini", "--run", "out", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "cpu:2x1 (");
    assert_holds(p->out, "2 replicas of 1 thread, 500 images each");
    assert_holds(p->out, "\n2 ranks on 1 node, ");
    assert_holds(p->out, " % of perfect; of the time in which sums were under way 0 % was hidden\n");
    process_free(p);
    assert_int_equal(in_summary(*state, "ranks"), 2);
    assert_int_equal(in_summary(*state, "nodes"), 1);
    assert_int_equal(in_summary(*state, "replicas"), 2);
    assert_int_equal(in_summary(*state, "threads"), 2);
    p = process_cuvette(*state, "resume", "out", "--epochs", "2", "--device", "cpu:1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "goes on after epoch 1 of 2");
    process_free(p);
    assert_int_equal(in_summary(*state, "replicas"), 1);
    p = process_cuvette(*state, "resume", "out", "--epochs", "3", "--device", "cpu:2x1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "\n  3/3 ");
    process_free(p);
}

static void test_the_plan_is_that_of_a_replica(void **state)
{
    struct process *p;

    on_two_cores();
    p = process_cuvette(*state, "train", "two.ini", "--show-plan", NULL);
    assert_succeeded(p);
    assert_holds(p->out, " ALL_REDUCE ");
    assert_holds(p->out, " AWAIT ");
    process_free(p);
    p = process_cuvette(*state, "train", "two.ini", "--show-plan", "--device", "cpu:2", NULL);
    assert_succeeded(p);
    assert_null(strstr(p->out, "ALL_REDUCE"));
    process_free(p);
}

static void test_what_replicas_cannot_do_is_refused(void **state)
{
    on_two_cores();
    assert_refused(process_cuvette(*state, "train", "two.ini", "--batch", "1", NULL), 4,
                   "2 replicas cannot share a batch of 1 image (training.batch)");
    assert_refused(process_cuvette(*state, "train", "two.ini", "--show-plan", "--batch", "1", NULL), 4,
                   "2 replicas cannot share a batch of 1 image (training.batch)");
    assert_refused(process_cuvette(*state, "compare", "two.ini", "--devices", "cpu:1,cpu:2x1", "--batch-probe", NULL),
                   4, "--batch-probe measures on one replica alone: take cpu:2");
}

static void test_a_profile_is_of_both(void **state)
{
    static const char words[] = "Of 2 ranks this is rank 0: ";
    struct process *p;
    double waits;

    on_two_cores();
    p = process_cuvette(*state, "train", "two.ini", "--profile", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "ALL_REDUCE");
    assert_holds(p->out, words);
    assert_int_equal(sscanf(strstr(p->out, words) + strlen(words), "%lf %% of its step waits", &waits), 1);
    assert_true(waits >= 0 && waits <= 100); /* a few steps on a busy machine may wait far longer than the rest */
    assert_holds(p->out, " microsecs, of which 0 % are hidden.\n");
    assert_holds(p->out, " steps of 500 images on each rank: ");
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replicas_are_told_and_one_goes_on, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_the_plan_is_that_of_a_replica, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_profile_is_of_both, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_what_replicas_cannot_do_is_refused, setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
