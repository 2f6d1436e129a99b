#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "cpu/cpu_backend.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"
#include "nn/train/executor_hold.h"
#include "nn/train/executor_evaluate.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/data_files.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"

/* A network with random weights on a device, and images for it. */
struct bench {
    struct recipe recipe;
    struct plan *plan;
    struct source *source;
    struct executor x;
    struct loader *loader; /* the test images, in order */
};

static struct plan *new_plan(struct recipe *recipe, int batch, struct shape input)
{
    struct error e = { 0 };
    struct plan *plan;

    assert_good(recipe_parse(recipe, "[layers]\nconv2d = filters=4\nbatch_norm =\nflatten =\ndense = units=4\n",
                             "toy.ini", &e), e);
    recipe->training.batch = batch;
    plan = compile_recipe(recipe, input, 4, true, &e);
    assert_good(plan != NULL, e);
    return plan;
}

static void write_weights(struct bench *b)
{
    const struct statistics measured = { .mean = { 0.5f }, .deviation = { 0.25f } };
    float *parameters = calloc(1, b->plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = calloc(1, b->plan->arena_bytes[ARENA_STATISTICS]);
    struct error e = { 0 };

    assert_true(parameters && statistics);
    plan_initialise(b->plan, 1, parameters, statistics);
    executor_normalise(b->plan, &measured, statistics);
    assert_good(executor_write_weights(&b->x, parameters, statistics, &e), e);
    free(parameters);
    free(statistics);
}

static void begin(struct bench *b, const struct backend_class *backend, uint32_t images, int batch)
{
    struct error e = { 0 };

    b->plan = new_plan(&b->recipe, batch, shape_image(TOY_SIZE, TOY_SIZE, 1));
    b->source = toy_data(4, images, true);
    assert_good(executor_open(&b->x, backend, &(struct device_choice){ .threads = 1 }, b->plan, &e), e);
    write_weights(b);
    b->loader = loader_open(b->source, &(struct loader_options){ .subset = SUBSET_TEST, .batch = batch }, &e);
    assert_good(b->loader != NULL, e);
}

static void end(struct bench *b)
{
    executor_close(&b->x);
    loader_close(b->loader);
    source_close(b->source);
    plan_free(b->plan);
}

static int any_device(void **state)
{
    (void)state;
    queue_settings = (struct queue_settings){ 0 };
    return 0;
}

/* Each result is that of its own step, and the oldest comes first. */
static void results_come_in_the_order_of_asking(void **state)
{
    static struct bench b;
    float losses[9], correct;
    struct error e = { 0 };
    (void)state;

    begin(&b, &queue_backend_class, 72, 8);
    assert_true(loader_start(b.loader, 0, 0, &e));
    for (uint64_t i = 0; i < 9; i++)
        assert_good(executor_step(&b.x, SPAN_EVALUATE, loader_next(b.loader, &e), &(struct step){ .rows = 8 },
                                  &losses[i], &correct, &e), e);
    assert_true(losses[0] != losses[1]);

    assert_true(loader_start(b.loader, 0, 0, &e));
    for (uint64_t i = 0, ended = 0; i < 9; i++) {
        struct executor_result result;
        const struct step step = { .rows = 8, .number = i + 1, .learning_rate = 0.5 / (double)(i + 1) };

        executor_begin(&b.x, SPAN_EVALUATE, loader_next(b.loader, &e), &step);
        for (int most = i == 8 ? 0 : 2; executor_under_way(&b.x) > most; ended++) {
            assert_good(executor_end(&b.x, &result, &e), e);
            assert_int_equal(result.step.number, ended + 1);
            assert_true(result.step.learning_rate == 0.5 / (double)(ended + 1));
            assert_true(result.loss == losses[ended]);
        }
    }
    end(&b);
    assert_int_equal(queue_account.open_at_close, 0);
}

static bool twice(void *asked)
{
    return ++*(int *)asked <= 2;
}

static void read_all(struct bench *b, float *to)
{
    static const enum arena arenas[] = { ARENA_PARAMETERS, ARENA_STATISTICS, ARENA_OPTIMISER };
    struct error e = { 0 };

    for (int i = 0; i < 3; to += b->plan->arena_bytes[arenas[i]] / sizeof *to, i++)
        if (b->plan->arena_bytes[arenas[i]] > 0)
            assert_good(executor_read_arena(&b->x, arenas[i], to, &e), e);
}

static bool so_often(void *left)
{
    return --*(int *)left >= 0;
}

/* Wherever it is stopped, it is as if it had never begun: the same step after it has the same result. Once the weights
 * change it goes on to its end. */
static void a_step_that_is_stopped_changes_nothing(void **state)
{
    enum { NUMBERS = 4096 };
    static struct bench b;
    static float before[NUMBERS], stopped[NUMBERS], whole[NUMBERS], after[NUMBERS];
    const struct step step = { .rows = 8, .number = 1, .seed = 3, .epoch = 1, .learning_rate = 0.1 };
    float loss, correct, expected = 0;
    struct error e = { 0 };
    int left = 1 << 20, stops = 0;
    (void)state;

    for (int asks = 1 << 20; asks >= 0; asks = asks > 100 ? 40 : asks - 1) {
        begin(&b, &cpu_backend_class, 8, 8);
        assert_true(b.plan->arena_bytes[ARENA_PARAMETERS] + b.plan->arena_bytes[ARENA_STATISTICS] +
                    b.plan->arena_bytes[ARENA_OPTIMISER] <= sizeof before);
        assert_good(executor_stop_by(&b.x, so_often, &left, &e), e);
        assert_true(loader_start(b.loader, 0, 0, &e));
        const struct batch *batch = loader_next(b.loader, &e);

        read_all(&b, before);
        left = asks;
        if (!executor_step(&b.x, SPAN_STEP, batch, &step, &loss, &correct, &e)) {
            assert_int_equal(e.kind, ERROR_STOPPED);
            read_all(&b, stopped);
            assert_memory_equal(stopped, before, sizeof before);
            stops++;
            left = 1 << 20;
            assert_good(executor_step(&b.x, SPAN_STEP, batch, &step, &loss, &correct, &e), e);
        }
        read_all(&b, asks > 100 ? whole : after);
        if (asks > 100)
            expected = loss;
        else
            assert_memory_equal(after, whole, sizeof whole);
        assert_true(loss == expected);
        end(&b);
    }
    assert_true(stops > 5);
}

static void an_evaluation_is_the_same_with_batches_under_way(void **state)
{
    static struct bench plain, ahead;
    struct evaluation expected, found;
    struct error e = { 0 };
    int asked = 0;
    (void)state;

    begin(&plain, &cpu_backend_class, 75, 8);
    begin(&ahead, &queue_backend_class, 75, 8);
    assert_good(executor_evaluate(&plain.x, plain.loader, NULL, NULL, &expected, &e), e);
    assert_int_equal(expected.images, 75);
    /* One that was stopped leaves nothing behind. */
    assert_bad(executor_evaluate(&ahead.x, ahead.loader, twice, &asked, &found, &e), e, "the evaluation was stopped");
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(executor_under_way(&ahead.x), 0);
    assert_good(executor_evaluate(&ahead.x, ahead.loader, NULL, NULL, &found, &e), e);
    assert_int_equal(queue_account.most_waiting, 3);
    assert_true(found.loss == expected.loss && found.accuracy == expected.accuracy);
    assert_int_equal(found.images, expected.images);
    end(&plain);
    end(&ahead);
}

/* Sums to one, and the likeliest class is as often the label as the step says. */
static void check_probabilities(const struct executor_result *result, const int32_t *labels, int classes)
{
    double correct = 0;

    for (int row = 0; row < result->step.rows; row++) {
        const float *p = result->probabilities + row * classes;
        double sum = 0;
        int best = 0;

        for (int c = 0; c < classes; c++) {
            sum += p[c];
            best = p[c] > p[best] ? c : best;
        }
        assert_true(fabs(sum - 1) < 1e-5);
        correct += best == labels[row];
    }
    assert_true(correct == result->correct);
}

/* Each step's are kept until it is ended, with others queued behind it. */
static void probabilities_come_with_results_when_they_are_wanted(void **state)
{
    static struct bench b;
    int32_t labels[3][8];
    struct error e = { 0 };
    (void)state;

    begin(&b, &queue_backend_class, 72, 8);
    assert_good(executor_want_probabilities(&b.x, &e), e);
    assert_true(loader_start(b.loader, 0, 0, &e));
    for (int i = 0, ended = 0; i < 9; i++) {
        const struct batch *batch = loader_next(b.loader, &e);
        struct executor_result result;

        memcpy(labels[i % 3], batch->labels, sizeof labels[0]);
        executor_begin(&b.x, SPAN_EVALUATE, batch, &(struct step){ .rows = 8 });
        for (int most = i == 8 ? 0 : 2; executor_under_way(&b.x) > most; ended++) {
            assert_good(executor_end(&b.x, &result, &e), e);
            check_probabilities(&result, labels[ended % 3], b.plan->classes);
        }
    }
    end(&b);
    assert_int_equal(queue_account.open_at_close, 0);
}

static bool half_way(void *context, double done)
{
    *(double *)context = done;
    return done < 0.5;
}

/* Several pieces of 8 MB, each image in its place. */
static void a_split_is_held_as_it_is_in_its_source(void **state)
{
    enum { IMAGES = 1500, HEIGHT = 64, WIDTH = 64, CHANNELS = 3, BYTES = HEIGHT * WIDTH * CHANNELS };
    struct source *source = data_memory(IMAGES, 10, HEIGHT, WIDTH, CHANNELS, 10);
    static struct recipe recipe;
    struct plan *plan = new_plan(&recipe, 4, shape_image(HEIGHT, WIDTH, CHANNELS));
    uint8_t *back = malloc((size_t)IMAGES * BYTES);
    struct executor x;
    struct error e = { 0 };
    double done = 0;
    (void)state;

    assert_non_null(back);
    queue_settings.room = 100 << 20;
    assert_good(executor_open(&x, &queue_backend_class, &(struct device_choice){ 0 }, plan, &e), e);
    assert_good(executor_hold(&x, source, SPLIT_TRAIN, NULL, NULL, &e), e);
    assert_null(executor_hold_labels(&x, SPLIT_TEST));
    x.backend->ops->download(x.backend, back, x.held[SPLIT_TRAIN].images, 0, (size_t)IMAGES * BYTES);
    for (uint32_t i = 0; i < IMAGES; i++) {
        assert_int_equal(executor_hold_labels(&x, SPLIT_TRAIN)[i], data_label(SPLIT_TRAIN, i, 10));
        for (size_t k = 0; k < BYTES; k += 101)
            assert_int_equal(back[(size_t)i * BYTES + k], data_pixel(SPLIT_TRAIN, i, k));
    }
    executor_close(&x);
    assert_int_equal(queue_account.open_at_close, 0);

    assert_good(executor_open(&x, &queue_backend_class, &(struct device_choice){ 0 }, plan, &e), e);
    assert_bad(executor_hold(&x, source, SPLIT_TRAIN, half_way, &done, &e), e, "was stopped");
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_true(done >= 0.5 && done < 1);
    executor_close(&x);
    assert_int_equal(queue_account.open_at_close, 0);
    free(back);
    plan_free(plan);
    source_close(source);
}

/* Where the host's memory is the device's own nothing is gained, and nothing is held twice. */
static void a_processor_holds_no_images(void **state)
{
    static struct bench b;
    struct error e = { 0 };
    (void)state;

    begin(&b, &cpu_backend_class, 16, 8);
    assert_good(executor_hold(&b.x, b.source, SPLIT_TEST, NULL, NULL, &e), e);
    assert_null(executor_hold_labels(&b.x, SPLIT_TEST));
    end(&b);
}

/* The number in "…; a batch of 96 would fit"; 0: the error says none. */
static int suggested(const struct error *e)
{
    const char *at = strstr(e->text, "; a batch of ");
    int batch = 0;

    assert_int_equal(e->kind, ERROR_MEMORY);
    assert_non_null(strstr(e->text, "not enough memory on the device"));
    if (at)
        assert_int_equal(sscanf(at, "; a batch of %d would fit", &batch), 1);
    return batch;
}

static bool open_with_batch(int batch, struct error *e)
{
    static struct recipe recipe;
    struct plan *plan = new_plan(&recipe, batch, shape_image(TOY_SIZE, TOY_SIZE, 1));
    struct executor x;
    bool opened = executor_open(&x, &queue_backend_class, &(struct device_choice){ 0 }, plan, e);

    executor_close(&x);
    plan_free(plan);
    assert_int_equal(queue_account.closed, 1);
    assert_int_equal(queue_account.open_at_close, 0);
    return opened;
}

static void too_large_a_batch_is_told_which_one_would_fit(void **state)
{
    static struct recipe recipe;
    struct plan *plan = new_plan(&recipe, 100, shape_image(TOY_SIZE, TOY_SIZE, 1));
    struct plan *large = new_plan(&recipe, 4096, shape_image(TOY_SIZE, TOY_SIZE, 1));
    struct error e = { 0 };
    char all[32];
    (void)state;

    text_bytes(all, sizeof all, plan_bytes(large));
    plan_free(large);

    /* What a batch of 100 takes, and an eighth for workspaces: 96 is the round number below. */
    queue_settings.room = plan_bytes(plan) * 8 / 7 + 8;
    assert_good(open_with_batch(100, &e), e);
    assert_false(open_with_batch(4096, &e));
    assert_int_equal(suggested(&e), 96);
    assert_non_null(strstr(e.text, " (4096 takes "));
    assert_non_null(strstr(e.text, all)); /* of all its buffers, not of the one that failed */
    assert_good(open_with_batch(96, &e), e);

    /* With less room than the weights take, no batch helps. */
    queue_settings.room = plan->arena_bytes[ARENA_PARAMETERS] * 2;
    assert_false(open_with_batch(4096, &e));
    assert_int_equal(suggested(&e), 0);
    assert_non_null(strstr(e.text, "; not even a batch of 1 would fit"));
    plan_free(plan);
}

static void fitting_batches_are_round_numbers(void **state)
{
    static struct recipe recipe;
    struct plan *plan = new_plan(&recipe, 1000, shape_image(TOY_SIZE, TOY_SIZE, 1));
    uint64_t growing = plan->arena_bytes[ARENA_ACTIVATIONS] + plan->arena_bytes[ARENA_BATCH];
    static const int wanted[][2] = {
        { 1, 1 }, { 7, 7 }, { 9, 8 }, { 15, 14 }, { 100, 96 }, { 129, 128 }, { 1023, 896 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        uint64_t room = (plan_bytes(plan) - growing + growing * (uint64_t)wanted[i][0] / 1000 + 1) * 8 / 7 + 8;

        assert_int_equal(plan_fitting_batch(plan, room), wanted[i][1]);
    }
    assert_int_equal(plan_fitting_batch(plan, 0), 0);
    plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(results_come_in_the_order_of_asking, any_device),
        cmocka_unit_test_setup(a_step_that_is_stopped_changes_nothing, any_device),
        cmocka_unit_test_setup(an_evaluation_is_the_same_with_batches_under_way, any_device),
        cmocka_unit_test_setup(probabilities_come_with_results_when_they_are_wanted, any_device),
        cmocka_unit_test_setup(a_split_is_held_as_it_is_in_its_source, any_device),
        cmocka_unit_test_setup(a_processor_holds_no_images, any_device),
        cmocka_unit_test_setup(too_large_a_batch_is_told_which_one_would_fit, any_device),
        cmocka_unit_test_setup(fitting_batches_are_round_numbers, any_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
