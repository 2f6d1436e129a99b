/* The memory that is counted before a run is what its plan takes; a few steps are timed, and can be stopped. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cpu/cpu_backend.h"
#include "data/catalogue.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/executor.h"
#include "run/memory_need.h"
#include "run/probe.h"
#include "tests/support/bell.h"

static struct recipe recipe;
static struct dataset_info info;
static struct device cpu;
static struct plan *plan;

static int setup(void **state)
{
    struct error e = { 0 };
    (void)state;

    if (!recipe_load(&recipe, "mnist-cnn", &e) || !catalogue_look("digits", NULL, &info, &e) ||
        !devices_choose("cpu:1", &cpu, &e))
        return -1;
    plan = compile_recipe(&recipe, shape_image(info.height, info.width, info.channels), info.classes, true, &e);
    return plan ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    plan_free(plan);
    return 0;
}

static void what_is_counted_is_what_opening_takes(void **state)
{
    const struct memory_room room = { .limit = (uint64_t)1 << 34, .host = (uint64_t)1 << 33 };
    struct memory_need n = memory_need(&recipe, plan, &info, &cpu, &room);
    struct executor x;
    struct error e = { 0 };
    (void)state;

    assert_int_equal(n.plan, plan_bytes(plan));
    assert_true(n.images >= 7000 * 28 * 28);
    assert_int_equal(n.device, 0);
    assert_int_equal(n.host, n.plan + n.images + n.batches + n.weights);
    assert_true(memory_need_fits(&n, &room));

    /* A checkpoint is a copy of the weights, of Adam's two moments, and of the statistics; and of the best epoch's. */
    struct recipe unkept = recipe;

    unkept.training.checkpoint = 0;
    assert_int_equal(n.weights - memory_need(&unkept, plan, &info, &cpu, &room).weights,
                     3 * plan->arena_bytes[ARENA_PARAMETERS] + plan->arena_bytes[ARENA_OPTIMISER] +
                         3 * plan->arena_bytes[ARENA_STATISTICS]);

    assert_good(executor_open(&x, &cpu_backend_class, &cpu.choice, plan, &e), e);
    assert_true(x.taken >= n.plan && x.taken < n.plan + ((uint64_t)64 << 20));
    memory_need_measured(&n, x.taken);
    assert_true(n.measured);
    assert_int_equal(n.host, x.taken + n.images + n.batches + n.weights);
    executor_close(&x);
}

/* Each has all weights, and a slice of what is between the layers. */
static void all_replicas_are_counted(void **state)
{
    const struct memory_room room = { .limit = (uint64_t)1 << 34, .host = (uint64_t)1 << 33 };
    const struct memory_need one = memory_need(&recipe, plan, &info, &cpu, &room);
    const uint64_t each = plan->arena_bytes[ARENA_PARAMETERS] + plan->arena_bytes[ARENA_GRADIENTS] +
                          plan->arena_bytes[ARENA_OPTIMISER];
    struct device two = cpu;
    (void)state;

    two.choice = (struct device_choice){ .threads = 1, .replicas = 2 };

    const struct memory_need n = memory_need(&recipe, plan, &info, &two, &room);

    assert_true(n.plan >= one.plan + each && n.plan < 2 * one.plan);
    assert_int_equal(n.images, one.images);
    assert_true(n.batches >= one.batches);
    assert_int_equal(n.weights - one.weights,
                     plan->arena_bytes[ARENA_PARAMETERS] + plan->arena_bytes[ARENA_STATISTICS]);
    assert_int_equal(n.host, n.plan + n.images + n.batches + n.weights);
}

/* One that is alone on its node has all of that, and computes a slice of the batch. */
static void one_of_several_ranks_counts_its_own(void **state)
{
    const struct memory_room alone = { .limit = (uint64_t)1 << 34, .host = (uint64_t)1 << 33 };
    struct memory_room four = alone, tight = { .limit = 24 << 20, .host = 24 << 20, .ranks = 4 };
    const struct memory_need whole = memory_need(&recipe, plan, &info, &cpu, &alone);
    const uint64_t weights = plan->arena_bytes[ARENA_PARAMETERS] + plan->arena_bytes[ARENA_GRADIENTS] +
                             plan->arena_bytes[ARENA_OPTIMISER];
    (void)state;

    four.ranks = 4;

    const struct memory_need one = memory_need(&recipe, plan, &info, &cpu, &four);

    assert_true(one.plan > weights && one.plan - weights < (whole.plan - weights) / 3);
    assert_int_equal(one.images, whole.images);
    assert_int_equal(one.weights, whole.weights);
    assert_true(one.batches < whole.batches);
    assert_true(memory_need(&recipe, plan, &info, &cpu, &tight).fitting_batch % 4 == 0);
}

static void images_stay_in_their_files_where_there_is_no_room(void **state)
{
    struct dataset_info large = info;
    struct memory_need n;
    struct memory_room room = { .limit = 5 << 20, .host = 5 << 20 };
    (void)state;

    large.in_memory = false;
    n = memory_need(&recipe, plan, &large, &cpu, &room);
    assert_int_equal(n.images, 0);
    assert_false(memory_need_fits(&n, &room));
    assert_true(n.fitting_batch > 0 && n.fitting_batch < recipe.training.batch);
}

/* A device with memory of its own, on which images are held as far as they fit. */
static void a_device_of_its_own_has_its_own_sum(void **state)
{
    struct device device = { .info = { .id = "far:0", .memory = (uint64_t)1 << 30 } };
    struct memory_room room = { .host = (uint64_t)1 << 30, .device = (uint64_t)1 << 30 };
    struct memory_need n = memory_need(&recipe, plan, &info, &device, &room);
    (void)state;

    assert_int_equal(n.held, 7000 * 28 * 28);
    assert_int_equal(n.device, n.plan + n.held + n.products);
    assert_int_equal(n.host, n.images + n.batches + n.weights);
    room.device = n.plan + n.products + 100;
    n = memory_need(&recipe, plan, &info, &device, &room);
    assert_int_equal(n.held, 0);
    assert_true(memory_need_fits(&n, &room));
    room.device = n.plan;
    n = memory_need(&recipe, plan, &info, &device, &room);
    assert_false(memory_need_fits(&n, &room));
}

static void steps_are_timed(void **state)
{
    struct probe_result r = { 0 };
    struct error e = { 0 };
    (void)state;

    recipe.training.batch = 100;
    recipe.data.validation = 0.25;
    assert_good(probe_measure(&recipe, &cpu, &info, NULL, NULL, &r, &e), e);
    assert_true(r.steps >= 1 && r.step_seconds > 0 && r.evaluation_seconds > 0);
    assert_int_equal(r.batches, 45);
    assert_int_equal(r.evaluation_batches, 15);
    assert_true(r.device_bytes > 0);
    assert_true(probe_epoch_seconds(&r) == 45 * r.step_seconds + 15 * r.evaluation_seconds);
}

static bool twice(void *asked)
{
    return ++*(int *)asked <= 2;
}

static void it_stops_before_the_next_step(void **state)
{
    struct probe_result r;
    struct error e = { 0 };
    int asked = 0;
    (void)state;

    assert_bad(probe_measure(&recipe, &cpu, &info, twice, &asked, &r, &e), e, "stopped");
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(asked, 3);
}

static void a_data_set_of_few_images(void **state)
{
    struct dataset_info few = info;
    struct probe_result r;
    struct error e = { 0 };
    (void)state;

    few.count[SPLIT_TRAIN] = 3;
    few.count[SPLIT_TEST] = 1;
    assert_good(probe_measure(&recipe, &cpu, &few, NULL, NULL, &r, &e), e);
    assert_int_equal(r.batches, 1);
    few.count[SPLIT_TEST] = 0;
    assert_false(probe_measure(&recipe, &cpu, &few, NULL, NULL, &r, &e)); /* as training would say */
}

static void on_a_thread_it_rings_when_it_is_over(void **state)
{
    static struct bell bell = BELL;
    struct probe_result r;
    struct error e = { 0 };
    struct probe *p = probe_start(&recipe, &cpu, &info, bell_ring, &bell, &e);
    int seen = 0;
    (void)state;

    assert_non_null(p);
    bell_await(&bell, &seen);
    while (!probe_take(p, &r, &e)) /* it rings a moment before it lets go */
        continue;
    assert_int_equal(e.kind, ERROR_NONE);
    assert_true(r.step_seconds > 0);
    probe_free(p, 0);

    p = probe_start(&recipe, &cpu, &info, NULL, NULL, &e);
    assert_non_null(p);
    probe_free(p, 60); /* stopped on its way */
    probe_free(NULL, 0);
}

#define PLAN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAN_TEST(what_is_counted_is_what_opening_takes),
        PLAN_TEST(all_replicas_are_counted),
        PLAN_TEST(one_of_several_ranks_counts_its_own),
        PLAN_TEST(images_stay_in_their_files_where_there_is_no_room),
        PLAN_TEST(a_device_of_its_own_has_its_own_sum),
        PLAN_TEST(steps_are_timed),
        PLAN_TEST(it_stops_before_the_next_step),
        PLAN_TEST(a_data_set_of_few_images),
        PLAN_TEST(on_a_thread_it_rings_when_it_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
