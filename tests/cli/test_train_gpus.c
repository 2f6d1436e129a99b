/* `cuvette train --device cuda:0-3`: several GPUs of a process, or one of each of several, are one run. The host plays
 * CUDA and NCCL. */
#include "tests/support/check.h"

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tests/support/folder.h"
#include "tests/support/mpirun.h"

static const char recipe[] = "[data]\ndataset = few.h5\n[training]\nepochs = 2\nbatch = 60\ncheckpoint = 0.1\n"
                             "[layers]\nconv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nflatten =\n"
                             "dropout = rate=0.3\ndense = units=10\n";

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "few.ini", recipe);
    setenv("LD_LIBRARY_PATH", *state, 1);
    setenv("CUVETTE_CUDA_PLUGIN", built("tests/plugins/on_host.so"), 1);
    setenv("CUVETTE_NCCL", built("tests/fakes/nccl.so"), 1);
    setenv("CUDA_ON_HOST_DEVICES", "4", 1);
    unsetenv("FAKE_NCCL");
    unsetenv("CUDA_ON_HOST_SLOW_FROM");
    process_free(process_cuvette(*state, "data", "import", "digits", "few.h5", "--train", "300", "--test", "100",
                                 NULL));
    return symlink(built("tests/plugins/empty.so"), folder_path(*state, "libcuda.so.1"));
}

static json_t *summary(const char *folder, const char *run)
{
    char name[64];
    json_t *all;

    snprintf(name, sizeof name, "%s/summary.json", run);
    all = json_load_file(folder_path(folder, name), 0, NULL);
    assert_non_null(all);
    return all;
}

static double loss_of(const char *folder, const char *run)
{
    json_t *all = summary(folder, run);
    const double loss = json_real_value(json_object_get(all, "test_loss"));

    json_decref(all);
    assert_true(loss > 0);
    return loss;
}

static void train(const char *folder, const char *device, const char *run, const char *title)
{
    struct process *p = process_cuvette(folder, "train", "few.ini", "--device", device, "--run", run, NULL);

    assert_succeeded(p);
    assert_holds(p->out, title);
    process_free(p);
}

static void test_several_gpus_are_one_run(void **state)
{
    const char *folder = *state;
    struct process *p;
    json_t *all;

    train(folder, "cuda:0", "one", "cuda:0 (CUDA on the host)");
    train(folder, "cuda:0-1", "two", "cuda:0-1 (CUDA on the host: 2 GPUs, 30 images each)");
    train(folder, "cuda:all", "four", "cuda:0-3 (CUDA on the host: 4 GPUs, 15 images each)");
    train(folder, "cuda:0-2", "three", "\n3 GPUs on 1 node, ");
    train(folder, "cuda:1,3", "odd", "cuda:1,3 (CUDA on the host: 2 GPUs, 30 images each)");
    assert_true(fabs(loss_of(folder, "one") - loss_of(folder, "two")) < 1e-5);
    assert_true(fabs(loss_of(folder, "one") - loss_of(folder, "four")) < 1e-5);
    assert_true(loss_of(folder, "two") == loss_of(folder, "odd"));
    all = summary(folder, "two");
    assert_int_equal(json_integer_value(json_object_get(all, "replicas")), 2);
    assert_string_equal(json_string_value(json_object_get(all, "device")), "cuda:0-1");
    json_decref(all);
    p = process_cuvette(folder, "resume", "four", "--epochs", "3", "--device", "cuda:2", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "\n  3/3 ");
    process_free(p);
    p = process_cuvette(folder, "runs", NULL);
    assert_succeeded(p);
    process_free(p);
}

static void train_small_batches(const char *folder, const char *device, const char *run)
{
    struct process *p = process_cuvette(folder, "train", "few.ini", "--device", device, "--run", run, "--batch", "4",
                                        "--epochs", "1", NULL);

    assert_succeeded(p);
    process_free(p);
}

/* What empties the queues of several comes at the same steps on all: one of 75 is measured, one is looked at. */
static void test_steps_of_several_are_measured_and_looked_at(void **state)
{
    const char *folder = *state;
    json_t *all;
    char *metrics;

    train_small_batches(folder, "cuda:0", "one");
    train_small_batches(folder, "cuda:0-1", "two");
    all = summary(folder, "two");
    assert_true(json_number_value(json_object_get(all, "step_seconds")) > 0);
    assert_true(json_number_value(json_object_get(all, "share_of_perfect")) > 0);
    assert_non_null(json_string_value(json_object_get(all, "health")));
    json_decref(all);
    metrics = folder_text(folder, "two/metrics.jsonl");
    assert_holds(metrics, "\"health\"");
    free(metrics);
    assert_true(fabs(loss_of(folder, "one") - loss_of(folder, "two")) < 1e-5);
}

/* The shares of a run are in its recipe: it goes on with them, and the recipe trained again has the same losses. */
static void test_gpus_of_two_models_share_by_their_speed(void **state)
{
    const char *folder = *state;
    struct process *p;
    int fast, slow;
    char *kept;

    setenv("CUDA_ON_HOST_SLOW_FROM", "3", 1);
    train(folder, "cuda:0", "alone", "cuda:0 (CUDA on the host)");
    p = process_cuvette(folder, "train", "few.ini", "--device", "cuda:0,3", "--run", "both", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "2 GPUs, images by speed");
    assert_holds(p->out, " of 60 images, by measured speed");
    assert_holds(p->out, "\ncuda:0 takes ");
    assert_int_equal(sscanf(strstr(p->out, "\ncuda:0 takes "), "\ncuda:0 takes %d, cuda:3 %d of", &fast, &slow), 2);
    process_free(p);
    assert_true(fast >= 1 && slow >= 1 && fast + slow == 60); /* a loaded machine may hold up either */
    assert_true(fabs(loss_of(folder, "alone") - loss_of(folder, "both")) < 1e-5);
    kept = folder_text(folder, "both/recipe.ini");
    assert_holds(kept, "shares = ");
    free(kept);
    p = process_cuvette(folder, "train", "both/recipe.ini", "--run", "again", NULL);
    assert_succeeded(p);
    assert_holds(p->out, " images each");
    assert_null(strstr(p->out, "by measured speed"));
    process_free(p);
    assert_true(loss_of(folder, "both") == loss_of(folder, "again"));
    p = process_cuvette(folder, "resume", "both", "--epochs", "3", NULL);
    assert_succeeded(p);
    assert_null(strstr(p->out, "by measured speed"));
    process_free(p);
    p = process_cuvette(folder, "resume", "both", "--epochs", "4", "--device", "cuda:0-1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "2 GPUs, 30 images each");
    process_free(p);
    train(folder, "cuda:1-2", "alike", "2 GPUs, 30 images each");
    assert_refused(process_cuvette(folder, "train", "few.ini", "--device", "cuda:0-2", "--set", "training.shares=2,1",
                                   NULL), 3, "training.shares = 2,1 is for 2 that train together, and there are 3");
}

static void test_the_plan_and_the_memory_are_those_of_one_of_them(void **state)
{
    struct process *p = process_cuvette(*state, "train", "few.ini", "--show-plan", "--device", "cuda:0-1", NULL);

    assert_succeeded(p);
    assert_holds(p->out, " ALL_REDUCE ");
    process_free(p);
    p = process_cuvette(*state, "train", "few.ini", "--profile", "--device", "cuda:0-1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "ALL_REDUCE");
    process_free(p);
    p = process_cuvette(*state, "train", "few.ini", "--forecast", "--device", "cuda:0-1", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "in all, of the device's");
    process_free(p);
}

static void test_a_comparison_takes_them(void **state)
{
    struct process *p = process_cuvette(*state, "compare", "few.ini", "--devices", "cuda:0,cuda:0-3", "--out", "both",
                                        NULL);

    assert_succeeded(p);
    assert_holds(p->out, "cuda:0-3");
    process_free(p);
}

static void refuse(const char *folder, const char *device, int code, const char *words)
{
    assert_refused(process_cuvette(folder, "train", "few.ini", "--device", device, "--run", "out", NULL), code, words);
}

static void test_what_cannot_be_is_refused_in_a_sentence(void **state)
{
    refuse(*state, "cuda:0-7", 4, "device \"cuda:0-7\": of these GPUs this node has only cuda:0-3");
    refuse(*state, "cuda:3-1", 4, "device \"cuda:3-1\": several GPUs are cuda:0-3, cuda:0,2 or cuda:all");
    refuse(*state, "cuda:6,9", 4, "there is no device \"cuda:6,9\" on this node");
    assert_refused(process_cuvette(*state, "compare", "few.ini", "--devices", "cuda:0-1", "--batch-probe", NULL), 4,
                   "on one GPU alone: take cuda:0");
    assert_refused(process_cuvette(*state, "train", "few.ini", "--device", "cuda:0-1", "--batch", "1", NULL), 4,
                   "2 GPUs cannot share a batch of 1 image (training.batch)");
    setenv("CUVETTE_NCCL", "/nowhere/libnccl.so.2", 1);
    refuse(*state, "cuda:0-1", 4, "CUVETTE_NCCL is no library that can be opened: /nowhere/");
    setenv("CUVETTE_NCCL", built("tests/fakes/nccl.so"), 1);
    setenv("FAKE_NCCL", "refuses", 1);
    refuse(*state, "cuda:0-1", 1, "NCCL failed while starting");
}

static struct process *ranks(const char *folder, const char *device, const char *more, const char *value)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--device", device, "--run", "ranks",
                                  more, value, NULL };

    return mpirun_start(&(struct mpirun){ .folder = folder, .plugin = "", .ranks = 2 }, words);
}

static void test_ranks_of_mpi_have_a_gpu_each(void **state)
{
    const char *folder = *state;
    struct process *p = ranks(folder, "cuda:all", NULL, NULL);

    process_finish(p);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_holds(p->out, "\n  2/2 ");
    process_free(p);
    train(folder, "cuda:0", "one", "cuda:0");
    assert_true(fabs(loss_of(folder, "one") - loss_of(folder, "ranks")) < 1e-5);
    p = ranks(folder, "cuda:0", NULL, NULL);
    process_finish(p);
    assert_int_not_equal(p->exit_code, 0);
    assert_holds(p->err, "has the same GPU as rank 0, cuda:0: give each rank one of its own (--device cuda:all");
    process_free(p);
}

/* Each rank measures on its own, which is what rank 0 tells. */
static void test_a_profile_of_ranks_is_of_a_gpu_each(void **state)
{
    const char *const words[] = { getenv("CUVETTE_BINARY"), "train", "few.ini", "--profile", "--device", "cuda:all",
                                  NULL };
    struct process *p = mpirun_start(&(struct mpirun){ .folder = *state, .plugin = "", .ranks = 2 }, words);

    process_finish(p);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_holds(p->out, ", cuda:0 (CUDA on the host");
    assert_holds(p->out, "Of 2 ranks this is rank 0: ");
    process_free(p);
}

/* While sums are waited for, MPI looks after the others. */
static void test_a_rank_that_is_killed_ends_the_run_of_the_others(void **state)
{
    struct process *p = ranks(*state, "cuda:all", "--epochs", "10000");

    process_expect(p, " 1/10000 ");
    assert_int_equal(kill(mpirun_rank(1), SIGKILL), 0);
    process_finish(p);
    assert_int_not_equal(p->exit_code, 0);
    assert_holds(p->err, "; what was learned is in ranks");
    process_free(p);
    p = process_cuvette_start(*state, "resume", "ranks", "--device", "cpu:1", NULL);
    process_expect(p, "goes on after epoch ");
    process_expect(p, "/10000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "; what was learned is in ranks");
}

static void test_sums_that_never_end_are_not_waited_for(void **state)
{
    struct process *p;

    setenv("FAKE_NCCL", "hangs=3", 1);
    p = ranks(*state, "cuda:all", "--patience", "4");
    process_finish(p);
    assert_int_not_equal(p->exit_code, 0);
    assert_holds(p->err, "the sums over all GPUs have not come for 4 seconds, though all ranks are there");
    process_free(p);
}

#define GPUS(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GPUS(test_several_gpus_are_one_run),
        GPUS(test_steps_of_several_are_measured_and_looked_at),
        GPUS(test_gpus_of_two_models_share_by_their_speed),
        GPUS(test_the_plan_and_the_memory_are_those_of_one_of_them),
        GPUS(test_a_comparison_takes_them),
        GPUS(test_what_cannot_be_is_refused_in_a_sentence),
        GPUS(test_ranks_of_mpi_have_a_gpu_each),
        GPUS(test_a_profile_of_ranks_is_of_a_gpu_each),
        GPUS(test_a_rank_that_is_killed_ends_the_run_of_the_others),
        GPUS(test_sums_that_never_end_are_not_waited_for),
    };

    return cmocka_run_group_tests_name("several GPUs", tests, NULL, NULL);
}
