/* Several GPUs that train one network: the losses of the first steps are those of one. On the CUDA and the NCCL that
 * the host plays or, in make check-gpu, on two devices and more with the real ones. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "gpu/gpu_backend.h"
#include "tests/support/lesson.h"
#include "tests/support/toy_data.h"

#ifndef BARE
#include "tests/gpu/on_host_test.h"
#include "tests/support/built.h"
#endif

enum { STEPS = 50, MOST = 4, BATCH = 32, IMAGES = 290 /* an epoch ends with a step of fewer images than ranks */ };

static const struct lesson_layer convolutions[] = { { "conv2d", "filters=8 kernel=3 activation=relu" },
                                                    { "maxpool2d", "" },
                                                    { "conv2d", "filters=12 kernel=3 activation=relu" },
                                                    { "dropout", "rate=0.2" },
                                                    { "global_avgpool", "" },
                                                    { "dense", "units=4" },
                                                    { NULL, NULL } };

static const struct lesson_layer normed[] = { { "conv2d", "filters=8 kernel=3 bias=no" },
                                              { "batch_norm", "" },
                                              { "activation", "function=relu" },
                                              { "global_avgpool", "" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };

/* As many as there are, up to MOST. Skips the test where there is but one. */
static int devices(void)
{
    struct device_info info[DEVICES_MAX];
    char why[256];
    int count = cuda_backend_class.devices(info, DEVICES_MAX, why, sizeof why);

    if (count < 2)
        skip();
    return int_min(count, MOST);
}

static struct recipe recipe_of(const struct lesson_layer *layers)
{
    struct recipe recipe = lesson_recipe(layers);

    recipe.training.batch = BATCH;
    recipe.data.flip = true;
    return recipe;
}

static void expect_the_losses_of_one(const struct recipe *recipe, int ranks)
{
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    float one[STEPS], several[STEPS], again[STEPS];
    struct error e = { 0 };

    assert_good(lesson_train(&cuda_backend_class, recipe, source, STEPS, STEPS, one, NULL, &e), e);
    assert_good(lesson_train_together(&cuda_backend_class, recipe, source, ranks, STEPS, STEPS, several, &e), e);
    assert_good(lesson_train_together(&cuda_backend_class, recipe, source, ranks, STEPS, STEPS, again, &e), e);
    for (int i = 0; i < STEPS; i++)
        if (!(fabsf(one[i] - several[i]) <= 1e-5f))
            fail_msg("step %d: the loss is %.7f on one and %.7f on %d", i + 1, (double)one[i], (double)several[i],
                     ranks);
    assert_memory_equal(several, again, sizeof several);
    source_close(source);
}

/* `bucket` in MB. */
static void expect_convolutions_of_one(int ranks, double bucket)
{
    struct recipe recipe = recipe_of(convolutions);

    recipe.training.clip = 1.0;
    recipe.training.bucket = bucket;
    expect_the_losses_of_one(&recipe, ranks);
}

static void test_losses_are_those_of_one(void **state)
{
    (void)state;
    for (int ranks = 2; ranks <= devices(); ranks++)
        expect_convolutions_of_one(ranks, 4);
}

/* A sum for each layer, under way beside each other. */
static void test_small_buckets_change_nothing(void **state)
{
    (void)state;
    expect_convolutions_of_one(devices(), 1e-6);
}

static void test_pairs_and_batch_norm_are_over_the_whole_batch(void **state)
{
    struct recipe recipe = recipe_of(normed);
    (void)state;

    recipe.data.mixup = 0.4;
    recipe.training.batch_norm = BATCH_NORM_ALL;
    expect_the_losses_of_one(&recipe, devices());
}

/* The system's NCCL, or the one in CUDA's folder. */
static int setup(void **state)
{
    (void)state;
#ifdef BARE
    static const char in_toolkit[] = "/usr/local/cuda/lib64/libnccl.so.2";

    return access(in_toolkit, R_OK) == 0 ? setenv("CUVETTE_NCCL", in_toolkit, 0) : 0;
#else
    on_host_reset();
    on_host_set_devices(MOST);
    return setenv("CUVETTE_NCCL", built("tests/fakes/nccl.so"), 1);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses_are_those_of_one),
        cmocka_unit_test(test_small_buckets_change_nothing),
        cmocka_unit_test(test_pairs_and_batch_norm_are_over_the_whole_batch),
    };

    return cmocka_run_group_tests_name("GPUs that train together", tests, setup, NULL);
}
