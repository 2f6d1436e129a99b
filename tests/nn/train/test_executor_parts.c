/* Batches that are computed in parts: the training is that of whole batches, up to the rounding of sums. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cpu/cpu_backend.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"
#include "nn/train/trainer.h"
#include "tests/support/lesson.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"
#include "tests/support/trained.h"

enum { IMAGES = 110, BATCH = 24 /* so that an epoch ends with a smaller step */, STEPS = 50 };

static const struct lesson_layer layers[] = { { "conv2d", "filters=5 kernel=3 activation=relu" },
                                              { "maxpool2d", "" },
                                              { "dropout", "rate=0.3" },
                                              { "conv2d", "filters=7 kernel=3 activation=relu" },
                                              { "flatten", "" },
                                              { "dropout", "rate=0.2" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };

/* All that is random, and all that depends on the size of a batch. */
static struct recipe recipe_of(int accumulate)
{
    struct recipe r = lesson_recipe(layers);

    r.training.batch = BATCH;
    r.training.accumulate = accumulate;
    r.training.label_smoothing = 0.1;
    r.training.clip = 1;
    r.data.shift = 1;
    r.data.rotation = 10;
    r.data.brightness = 0.2;
    r.data.cutout = 2;
    r.optimiser.kind = OPTIMISER_SGD; /* Adam's steps of gradients near 0 are those of their rounding */
    r.optimiser.learning_rate = 0.05;
    r.optimiser.momentum = 0.9;
    return r;
}

static void lose(const struct backend_class *backend, const struct recipe *r, float losses[STEPS])
{
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    struct error e = { 0 };

    assert_good(lesson_train(backend, r, source, STEPS, STEPS, losses, NULL, &e), e);
    source_close(source);
}

static void the_curve_is_that_of_whole_batches(void **state)
{
    static const int accumulates[] = { 2, 3, 5, 7, 24 };
    const struct backend_class *const backends[] = { &cpu_backend_class, &queue_backend_class };
    const struct recipe plain = recipe_of(1);
    float whole[STEPS], parts[STEPS];
    (void)state;

    lose(&cpu_backend_class, &plain, whole);
    assert_true(whole[STEPS - 1] < 0.8f * whole[0]);
    for (size_t i = 0; i < sizeof accumulates / sizeof *accumulates; i++) {
        const struct recipe r = recipe_of(accumulates[i]);

        lose(backends[i % 2], &r, parts);
        for (int step = 0; step < STEPS; step++)
            if (fabsf(parts[step] - whole[step]) > 1e-5f)
                fail_msg("accumulate = %d: the loss of step %d is %g, not %g", accumulates[i], step + 1,
                         (double)parts[step], (double)whole[step]);
    }
}

static struct health look(int accumulate)
{
    const struct recipe r = recipe_of(accumulate);
    struct source *source = toy_data(IMAGES, TOY_CLASSES, true);
    struct health h = { 0 };
    struct error e = { 0 };

    assert_good(lesson_look(&cpu_backend_class, &r, source, 2, &h, NULL, NULL, &e), e);
    source_close(source);
    return h;
}

/* Norms are of the sums over all parts, and of the one update. */
static void a_look_sees_the_whole_gradient(void **state)
{
    const struct health whole = look(1), parts = look(3);
    (void)state;

    assert_int_equal(parts.n_layers, whole.n_layers);
    for (int i = 0; i < whole.n_layers; i++) {
        const struct layer_health *a = &whole.layers[i], *b = &parts.layers[i];

        assert_int_equal(isnan(a->gradient), isnan(b->gradient));
        if (!isnan(a->gradient)) {
            assert_true(fabsf(a->gradient - b->gradient) <= 1e-4f * a->gradient);
            assert_true(fabsf(a->update - b->update) <= 1e-3f * a->update);
        }
    }
}

/* Epochs, validation, what frozen layers give: a part of a batch at a time, too. */
static void a_run_with_kept_features_is_the_same(void **state)
{
    const struct backend_class *const backends[] = { &cpu_backend_class, &queue_backend_class };
    struct source *source = toy_data(IMAGES, 30, true);
    struct recipe r = recipe_of(1);
    (void)state;

    r.data = lesson_recipe(layers).data; /* no augmentation: it would make other features each time */
    r.training.epochs = 3;
    r.training.freeze = 2;
    for (int i = 0; i < 2; i++) {
        r.training.accumulate = 1;

        struct trainer *whole = trained(&r, backends[i], source);

        r.training.accumulate = 4;

        struct trainer *parts = trained(&r, backends[i], source);
        const struct series *a = trainer_epochs(whole), *b = trainer_epochs(parts);

        assert_int_equal(series_length(a), series_length(b));
        for (size_t k = 0; k < series_length(a); k++)
            assert_true(fabsf(series_at(a, k).loss - series_at(b, k).loss) <= 1e-5f);
        trainer_close(whole);
        trainer_close(parts);
    }
    source_close(source);
}

static bool so_often(void *left)
{
    return --*(int *)left >= 0;
}

/* A plan with a batch norm, which changes its statistics in every part, and a batch for it. */
struct stopped {
    struct plan *plan;
    struct executor x;
    struct batch batch;
    int left; /* how often it still goes on */
};

static void begin(struct stopped *s, const struct recipe *r)
{
    static uint8_t images[BATCH * TOY_SIZE * TOY_SIZE];
    static int32_t labels[BATCH];
    static uint32_t index[BATCH];
    float *parameters, *statistics;
    struct error e = { 0 };

    for (int i = 0; i < (int)sizeof images; i++)
        images[i] = (uint8_t)(i * 37);
    for (int i = 0; i < BATCH; i++)
        labels[i] = i % TOY_CLASSES;
    s->batch = (struct batch){ .images = images, .labels = labels, .index = index, .count = BATCH };
    s->plan = compile_recipe(r, shape_image(TOY_SIZE, TOY_SIZE, 1), TOY_CLASSES, true, &e);
    assert_good(s->plan != NULL, e);
    parameters = calloc(1, s->plan->arena_bytes[ARENA_PARAMETERS]);
    statistics = calloc(1, s->plan->arena_bytes[ARENA_STATISTICS]);
    assert_true(parameters && statistics);
    plan_initialise(s->plan, 1, parameters, statistics);
    executor_normalise(s->plan, &(struct statistics){ .mean = { 0.5f }, .deviation = { 0.25f } }, statistics);
    assert_good(executor_open(&s->x, &cpu_backend_class, &(struct device_choice){ .threads = 2 }, s->plan, &e), e);
    assert_good(executor_write_weights(&s->x, parameters, statistics, &e), e);
    assert_good(executor_stop_by(&s->x, so_often, &s->left, &e), e);
    free(parameters);
    free(statistics);
}

static void read_all(struct stopped *s, float *parameters, float *statistics)
{
    struct error e = { 0 };

    assert_good(executor_read_weights(&s->x, parameters, statistics, &e), e);
}

/* Stopped in whichever part, the step has not been; the one after it is whole. */
static void a_step_that_is_stopped_changes_nothing(void **state)
{
    enum { NUMBERS = 4096 };
    static const struct lesson_layer normalised[] = {
        { "conv2d", "filters=4" }, { "batch_norm", "" }, { "flatten", "" }, { "dense", "units=4" }, { NULL, NULL }
    };
    static float before[2][NUMBERS], stopped[2][NUMBERS], after[2][NUMBERS], again[2][NUMBERS];
    const struct step step = { .rows = BATCH, .number = 1, .seed = 3, .epoch = 1, .learning_rate = 0.1 };
    struct recipe r = lesson_recipe(normalised);
    float loss, correct;
    int stops = 0;
    (void)state;

    r.training.batch = BATCH;
    r.training.accumulate = 3;
    for (int asks = 0;; asks++) {
        struct stopped s;
        struct error e = { 0 };

        begin(&s, &r);
        assert_true(s.plan->arena_bytes[ARENA_PARAMETERS] <= sizeof before[0] &&
                    s.plan->arena_bytes[ARENA_STATISTICS] <= sizeof before[0]);
        read_all(&s, before[0], before[1]);
        s.left = asks;

        bool whole = executor_step(&s.x, SPAN_STEP, &s.batch, &step, &loss, &correct, &e);

        if (!whole) {
            assert_int_equal(e.kind, ERROR_STOPPED);
            read_all(&s, stopped[0], stopped[1]);
            assert_memory_equal(stopped, before, sizeof before);
            s.left = 1 << 20;
            assert_good(executor_step(&s.x, SPAN_STEP, &s.batch, &step, &loss, &correct, &e), e);
        }
        read_all(&s, stops == 0 ? after[0] : again[0], stops == 0 ? after[1] : again[1]);
        if (stops > 0)
            assert_memory_equal(again, after, sizeof after);
        executor_close(&s.x);
        plan_free(s.plan);
        if (whole)
            break;
        stops++;
    }
    assert_true(stops > 15);
}

/* What the room for it held before is no part of a measurement: not of what runs in each part, nor of the update. */
static void what_a_step_took_is_of_that_step_alone(void **state)
{
    const struct step step = { .rows = BATCH, .number = 1, .seed = 3, .epoch = 1, .learning_rate = 0.1 };
    const double long_ago = 1e9; /* seconds */
    const struct recipe r = recipe_of(3);
    struct stopped s = { .left = 1 << 20 };
    struct op_work *work;
    struct error e = { 0 };
    struct executor_result result;
    (void)state;

    begin(&s, &r);

    const int first = s.plan->spans[SPAN_STEP].first, count = s.plan->spans[SPAN_STEP].end - first;

    assert_non_null(work = malloc((size_t)count * sizeof *work));
    for (int i = 0; i < count; i++)
        work[i] = (struct op_work){ .seconds = long_ago, .launches = 1000000 };
    executor_begin_measured(&s.x, SPAN_STEP, &s.batch, &step, work);
    assert_good(executor_end(&s.x, &result, &e), e);
    for (int i = 0; i < count; i++)
        if (work[i].seconds >= long_ago || work[i].launches >= 1000000)
            fail_msg("%s has what was measured before", op_name(s.plan->ops[first + i].kind));
    free(work);
    executor_close(&s.x);
    plan_free(s.plan);
}

/* Whole batches and parts, on a device's memory: what is suggested fits. */
static void parts_fit_where_a_batch_does_not(void **state)
{
    struct recipe r = recipe_of(1);
    struct error e = { 0 };
    struct shape image = shape_image(TOY_SIZE, TOY_SIZE, 1);
    struct plan *small, *large;
    struct executor x;
    char *at;
    int batch, accumulate;
    (void)state;

    r.training.batch = 100;
    small = compile_recipe(&r, image, TOY_CLASSES, true, &e);
    assert_good(small != NULL, e);
    queue_settings = (struct queue_settings){ .room = plan_bytes(small) * 8 / 7 + 8 };
    plan_free(small);
    r.training.batch = 4096;
    large = compile_recipe(&r, image, TOY_CLASSES, true, &e);
    assert_good(large != NULL, e);
    assert_false(executor_open(&x, &queue_backend_class, &(struct device_choice){ 0 }, large, &e));
    at = strstr(e.text, "; a batch of ");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "; a batch of %d would fit, or this one with accumulate = %d", &batch, &accumulate), 2);
    assert_true(accumulate > 4096 / 100);
    plan_free(large);

    for (int less = 0; less < 2; less++) { /* and no fewer parts do, but for the eighth that is left to workspaces */
        r.training.accumulate = less ? accumulate * 3 / 4 : accumulate;
        large = compile_recipe(&r, image, TOY_CLASSES, true, &e);
        assert_good(large != NULL, e);

        bool fits = executor_open(&x, &queue_backend_class, &(struct device_choice){ 0 }, large, &e);

        assert_int_equal(fits, !less);
        executor_close(&x);
        plan_free(large);
    }
    queue_settings = (struct queue_settings){ 0 };
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_is_that_of_whole_batches),
        cmocka_unit_test(a_look_sees_the_whole_gradient),
        cmocka_unit_test(a_run_with_kept_features_is_the_same),
        cmocka_unit_test(a_step_that_is_stopped_changes_nothing),
        cmocka_unit_test(what_a_step_took_is_of_that_step_alone),
        cmocka_unit_test(parts_fit_where_a_batch_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
