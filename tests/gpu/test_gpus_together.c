/* Several GPUs that train one network, on the CUDA and the NCCL that the host plays: the curve is that of one, and
 * where NCCL or a rank fails all of them end in time and say why. */
#include "tests/support/check.h"

#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "gpu/gpu_backend.h"
#include "nn/communicators/communicator_threads.h"
#include "nn/train/trainer.h"
#include "tests/gpu/on_host_test.h"
#include "tests/support/built.h"
#include "tests/support/toy_data.h"
#include "tests/support/toy_training.h"

enum { MOST = 4 };

/* On the devices of the bits of `among`; one replica of them at index 0 where that is 0. */
static void run(const struct recipe *r, struct source *source, uint64_t among, struct outcome *out)
{
    struct error e = { 0 };
    const struct trainer_setup setup = { .recipe = r,
                                         .backend = &cuda_backend_class,
                                         .source = source,
                                         .device = { .replicas = __builtin_popcountll(among), .among = among } };
    struct trainer *t = trainer_start(&setup, &e);

    assert_good(t != NULL, e);
    outcome_take(t, out);
}

static void run_well(const struct recipe *r, struct source *source, uint64_t among, struct outcome *out)
{
    run(r, source, among, out);
    if (out->status.state != TRAINER_FINISHED)
        fail_msg("devices %llx: %s", (unsigned long long)among, out->status.error.text);
    assert_int_equal(out->n_steps, TOY_STEPS);
}

static int begin(void **state)
{
    unsetenv("FAKE_NCCL");
    on_host_begin(state);
    on_host_set_devices(MOST);
    return 0;
}

/* Dropout, augmentation, clipping and the smaller last batch are those of the whole batch, and so are parts of it. */
static void the_curve_does_not_depend_on_how_many_there_are(void **state)
{
    static const struct {
        const char *settings, *layers;
    } cases[] = {
        { "", toy_dense },
        { "", toy_conv },
        { "accumulate = 2\n", toy_conv },
        { "batch_norm = all\n", toy_norm },
    };
    static struct outcome one, several, again;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        static const uint64_t among[] = { 0x3, 0xd, 0xf };

        toy_recipe(&r, cases[n].settings, cases[n].layers);
        run_well(&r, source, 0, &one);
        for (size_t i = 0; i < sizeof among / sizeof *among; i++) {
            run_well(&r, source, among[i], &several);
            assert_near(&one, &several, 1e-5);
            if (i > 0) {
                run_well(&r, source, among[i], &again);
                assert_near(&several, &again, 0);
                assert_same_weights(&several, &again);
                outcome_free(&again);
            }
            assert_int_equal(several.status.images, one.status.images);
            outcome_free(&several);
        }
        outcome_free(&one);
    }
    source_close(source);
}

/* As many buckets as there are gradients: sums under way beside each other, and graphs of the pieces between them. */
static void small_buckets_change_nothing(void **state)
{
    const double one_byte = 1e-6; /* in MB */
    static struct outcome large, small;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "", toy_conv);
    run_well(&r, source, 0x3, &large);
    r.training.bucket = one_byte;
    run_well(&r, source, 0x3, &small);
    assert_near(&large, &small, 0);
    assert_same_weights(&large, &small);
    outcome_free(&large);
    outcome_free(&small);
    source_close(source);
}

/* Two ranks as those of two processes. What each says. */
static void train_apart(const struct recipe *r, struct source *const sources[2], double patience,
                        struct outcome out[2])
{
    struct communicator *members[2];
    struct trainer *trainers[2];
    struct error e = { 0 };

    assert_good(communicator_threads_open(2, members, &e), e);
    for (int i = 0; i < 2; i++) {
        const struct trainer_setup setup = { .recipe = r,
                                             .backend = &cuda_backend_class,
                                             .source = sources[i],
                                             .communicator = members[i],
                                             .device = { .index = i } };

        members[i]->patience = patience;
        trainers[i] = trainer_start(&setup, &e);
        assert_good(trainers[i] != NULL, e);
    }
    for (int i = 0; i < 2; i++)
        outcome_take(trainers[i], &out[i]);
    for (int i = 0; i < 2; i++)
        members[i]->ops->close(members[i]);
}

static void assert_says(const struct outcome *o, const char *words)
{
    assert_int_equal(o->status.state, TRAINER_FAILED);
    if (!strstr(o->status.error.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, o->status.error.text);
}

/* One of the two may hear it of the other. */
static void what_goes_wrong_in_nccl_is_told(void **state)
{
    static const struct {
        const char *wrong, *rank;
        double patience;
        const char *words;
    } cases[] = {
        { "refuses", "1", 50, "cuda:1: NCCL failed while starting: unhandled system error" },
        { "wrong", "0", 50, "cuda:0: NCCL adds up wrong: " },
        { "fails=4", "1", 50,
          "cuda:1: NCCL failed while adding up gradients: remote process exited or there was a network error: socket "
          "progress: Connection closed by remote peer" },
        { "hangs=4", "1", 3, "the sums over all GPUs have not come for 3 seconds, though all ranks are there" },
    };
    static struct outcome out[2];
    static struct recipe r;
    struct source *const sources[] = { toy_data(TOY_TRAIN, TOY_TEST, true), toy_data(TOY_TRAIN, TOY_TEST, true) };
    (void)state;

    toy_recipe(&r, "", toy_dense);
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        on_host_begin(state);
        on_host_set_devices(MOST);
        setenv("FAKE_NCCL", cases[n].wrong, 1);
        setenv("FAKE_NCCL_RANK", cases[n].rank, 1);
        print_message("%s\n", cases[n].wrong);
        train_apart(&r, sources, cases[n].patience, out);
        for (int i = 0; i < 2; i++) {
            assert_says(&out[i], cases[n].words);
            outcome_free(&out[i]);
        }
        assert_int_equal(on_host_alive(), 0);
    }
    unsetenv("FAKE_NCCL_RANK");
    for (int i = 0; i < 2; i++)
        source_close(sources[i]);
}

/* Both ranks' device is the one that fails, since that is what the host plays. */
static void a_lost_device_ends_all(void **state)
{
    static struct outcome out;
    static struct recipe r;
    struct source *source = toy_data(TOY_TRAIN, TOY_TEST, true);
    (void)state;

    toy_recipe(&r, "", toy_dense);
    on_host_lose_device(400, cudaErrorIllegalAddress);
    run(&r, source, 0x3, &out);
    assert_says(&out, "an illegal memory access was encountered");
    outcome_free(&out);
    source_close(source);
}

/* The library is looked for once in a process: the first that wants it says where. */
static int name_library(void **state)
{
    (void)state;
    return setenv("CUVETTE_NCCL", built("tests/fakes/nccl.so"), 1);
}

#define TOGETHER(test) cmocka_unit_test_setup_teardown(test, begin, on_host_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOGETHER(the_curve_does_not_depend_on_how_many_there_are),
        TOGETHER(small_buckets_change_nothing),
        TOGETHER(what_goes_wrong_in_nccl_is_told),
        TOGETHER(a_lost_device_ends_all),
    };

    return cmocka_run_group_tests_name("GPUs that train together", tests, name_library, NULL);
}
