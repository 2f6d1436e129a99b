/* What frozen layers give is kept, and a training is the same as where it is computed at every step. */
#include "tests/support/check.h"

#include <math.h>

#include "cpu/cpu_backend.h"
#include "nn/recipe/compile.h"
#include "nn/train/features.h"
#include "nn/train/snapshot.h"
#include "nn/train/trainer.h"
#include "tests/support/lesson.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"
#include "tests/support/trained.h"

enum { TRAINED = 100, TESTED = 30, BATCH = 24 /* so that an epoch ends with a smaller step */ };

static const struct lesson_layer layers[] = { { "conv2d", "filters=4 activation=relu" },
                                              { "batch_norm", "" },
                                              { "maxpool2d", "" },
                                              { "flatten", "" },
                                              { "dropout", "rate=0.3" },
                                              { "dense", "units=8 activation=relu" },
                                              { "dense", "units=4" },
                                              { NULL, NULL } };

static struct recipe recipe_of(int freeze)
{
    struct recipe r = lesson_recipe(layers);

    r.training.batch = BATCH;
    r.training.epochs = 3;
    r.training.freeze = freeze;
    return r;
}

static uint64_t bytes_kept(const struct trainer *t)
{
    struct trainer_status status;

    trainer_status(t, &status);
    return status.features_bytes;
}

static void assert_same_points(const struct series *a, const struct series *b, float tolerance)
{
    assert_int_equal(series_length(a), series_length(b));
    for (size_t i = 0; i < series_length(a); i++) {
        assert_true(fabsf(series_at(a, i).loss - series_at(b, i).loss) <= tolerance);
        assert_true(series_at(a, i).accuracy == series_at(b, i).accuracy);
    }
}

static void assert_the_same_training(struct recipe r, const struct backend_class *backend, float tolerance)
{
    struct source *source = toy_data(TRAINED, TESTED, true);
    struct trainer *kept = trained(&r, backend, source), *computed;

    r.training.keep_features = false;
    computed = trained(&r, backend, source);
    assert_int_not_equal(bytes_kept(kept), 0);
    assert_int_equal(bytes_kept(computed), 0);
    assert_same_points(trainer_steps(kept), trainer_steps(computed), tolerance);
    assert_same_points(trainer_epochs(kept), trainer_epochs(computed), tolerance);
    if (tolerance == 0)
        assert_memory_equal(trainer_weights(kept)->parameters, trainer_weights(computed)->parameters,
                            trainer_weights(kept)->plan->arena_bytes[ARENA_PARAMETERS]);
    trainer_close(kept);
    trainer_close(computed);
    source_close(source);
}

/* Behind a pool, a flatten (the same numbers in another shape), a dropout that is off. */
static void a_training_is_the_same_with_what_is_kept(void **state)
{
    (void)state;
    for (int freeze = 1; freeze <= 5; freeze++)
        assert_the_same_training(recipe_of(freeze), &cpu_backend_class, 0);
}

/* A product's last bits depend on how many rows it has. */
static void behind_a_dense_layer_it_is_the_same_but_for_rounding(void **state)
{
    (void)state;
    assert_the_same_training(recipe_of(6), &cpu_backend_class, 1e-4F);
}

static void it_is_the_same_on_a_device_that_works_on_its_own(void **state)
{
    (void)state;
    assert_the_same_training(recipe_of(4), &queue_backend_class, 0);
}

static void held_out_images_and_balanced_epochs_are_found_by_their_numbers(void **state)
{
    struct recipe r = recipe_of(4);
    (void)state;

    r.data.validation = 0.2;
    r.data.balance = BALANCE_OVERSAMPLE;
    assert_the_same_training(r, &cpu_backend_class, 0);
}

static void nothing_is_kept_where_images_change_or_there_is_no_room(void **state)
{
    struct source *source = toy_data(TRAINED, TESTED, true);
    struct dataset_info info;
    struct recipe r = recipe_of(4);
    const uint64_t plenty = (uint64_t)1 << 30, floats = 4 * 4 * 4;
    (void)state;

    source_describe(source, &info);
    assert_int_equal(features_bytes(&r, &info), (TRAINED + TESTED) * floats * sizeof(float));
    assert_true(features_kept(&r, &info, plenty));
    r.data.memory = features_bytes(&r, &info); /* the images are in memory, too */
    assert_false(features_kept(&r, &info, plenty));
    r.data.memory = 0;
    r.data.flip = FLIP_RANDOM;
    assert_false(features_kept(&r, &info, plenty));
    r = recipe_of(4);
    r.data.mixup = 0.2;
    assert_false(features_kept(&r, &info, plenty));
    r = recipe_of(4);
    r.training.keep_features = false;
    assert_false(features_kept(&r, &info, plenty));
    assert_int_equal(features_bytes(&(struct recipe){ .n_layers = 0 }, &info), 0);
    r = recipe_of(0);
    assert_false(features_kept(&r, &info, plenty));
    source_close(source);
}

static struct trainer_status status_of(const struct recipe *r, struct source *source)
{
    struct trainer *t = trained(r, &cpu_backend_class, source);
    struct trainer_status status;

    trainer_status(t, &status);
    assert_true((double)series_at(trainer_means(t), 0).seconds >= status.features_seconds);
    trainer_close(t);
    return status;
}

static void the_time_that_it_took_counts(void **state)
{
    struct source *source = toy_data(TRAINED, TESTED, true);
    struct recipe r = recipe_of(4);
    struct trainer_status kept = status_of(&r, source), computed;
    (void)state;

    assert_true(kept.features_seconds > 0 && kept.features_lacking == 0);
    assert_int_equal(kept.features_images, TRAINED + TESTED);
    assert_true(kept.seconds >= kept.features_seconds + kept.training_seconds);
    r.data.memory = 1;
    computed = status_of(&r, source);
    assert_true(computed.features_seconds < 0);
    assert_int_equal(computed.features_bytes, 0);
    assert_int_equal(computed.features_lacking, kept.features_bytes);
    r.training.keep_features = false;
    assert_int_equal(status_of(&r, source).features_lacking, 0);
    source_close(source);
}

/* Weights and moments are in the same places: a checkpoint goes on either way. */
static void a_step_has_no_operation_of_a_frozen_layer(void **state)
{
    struct recipe r = recipe_of(4);
    const struct shape image = shape_image(TOY_SIZE, TOY_SIZE, 1);
    struct error e = { 0 };
    struct plan *apart = compile_recipe_with(&r, image, TOY_CLASSES, &(struct compile_options){ .apart = true }, &e),
                *whole = compile_recipe(&r, image, TOY_CLASSES, true, &e);
    (void)state;

    assert_good(apart && whole, e);
    for (int i = apart->spans[SPAN_FEATURES].end; i < apart->n_ops; i++)
        assert_true(apart->ops[i].kind != OP_GATHER && (apart->ops[i].layer < 0 || apart->ops[i].layer >= 4));
    assert_int_equal(snapshot_layout(apart), snapshot_layout(whole));
    plan_free(apart);
    plan_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_training_is_the_same_with_what_is_kept),
        cmocka_unit_test(behind_a_dense_layer_it_is_the_same_but_for_rounding),
        cmocka_unit_test(it_is_the_same_on_a_device_that_works_on_its_own),
        cmocka_unit_test(held_out_images_and_balanced_epochs_are_found_by_their_numbers),
        cmocka_unit_test(nothing_is_kept_where_images_change_or_there_is_no_room),
        cmocka_unit_test(the_time_that_it_took_counts),
        cmocka_unit_test(a_step_has_no_operation_of_a_frozen_layer),
    };

    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
