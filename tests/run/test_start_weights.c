/* Runs that begin with the weights of others: of a run, of a file, for other classes, and when they go on. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "nn/recipe/recipe_file.h"
#include "run/model/model_format.h"
#include "run/model_check.h"
#include "run/summary.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/small_run.h"

static void finish(struct run *r)
{
    run_wait(r);
    assert_int_equal(small_run_status(r).state, TRAINER_FINISHED);
}

/* From there on nothing is learned: what is validated is what the run began with. */
static void learn_nothing_from(const char *weights)
{
    snprintf(small.recipe.training.weights, sizeof small.recipe.training.weights, "%s", weights);
    small.recipe.training.epochs = 1;
    small.recipe.optimiser.learning_rate = 1e-10;
}

static void a_run_begins_where_another_ended(void **state)
{
    struct run *first = small_run_start_well();
    double loss;
    (void)state;

    finish(first);
    loss = small_run_status(first).valid_loss;
    const char *names[] = { run_folder(first), "1", path_name(run_folder(first)), small_run_file(first, "model.h5") };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        learn_nothing_from(names[i]);
        struct run *r = small_run_start_well();
        struct recipe kept;
        struct error e = { 0 };

        finish(r);
        assert_float_equal(small_run_status(r).valid_loss, loss, 1e-5);
        assert_good(recipe_load(&kept, small_run_file(r, "recipe.ini"), &e), e);
        assert_int_equal(kept.training.weights[0], '/');
        assert_int_equal(kept.training.head, HEAD_KEPT);
        run_close(r);
    }
    run_close(first);
}

/* Another program's file seldom says what its network takes for pixels; who trains on is told what is assumed. */
static void assumed_pixels_are_told(void **state)
{
    const struct pretrained assumed = { .pixels_assumed = true }, known = { .pixels_assumed = false };
    struct recipe_warnings told, nothing;
    struct error e = { 0 };
    size_t parameters;
    (void)state;

    assert_good(model_check(&small.recipe, small.source, &known, NULL, &parameters, &nothing, &e), e);
    assert_good(model_check(&small.recipe, small.source, &assumed, NULL, &parameters, &told, &e), e);
    assert_int_equal(told.count, nothing.count + 1);
    assert_int_equal(told.list[told.count - 1].section, RECIPE_SECTION_data);
    assert_non_null(strstr(told.list[told.count - 1].text, "0..1 is assumed"));
}

static void another_number_of_classes_has_a_new_last_layer(void **state)
{
    struct run *first = small_run_start_well();
    struct source *fives = data_memory(40, 20, SMALL_SIDE, SMALL_SIDE, 1, 5);
    struct error e = { 0 };
    struct summary summary;
    (void)state;

    finish(first);
    learn_nothing_from(run_folder(first));
    struct run *r = small_run_start(NULL, fives, &e);
    assert_good(r != NULL, e);
    finish(r);
    assert_good(summary_read(&summary, small_run_file(r, "summary.json"), &e), e);
    assert_string_equal(summary.weights, run_folder(first));
    assert_non_null(strstr(summary.beginning, "; the last layer, dense 5, is new"));
    run_close(r);
    run_close(first);
    source_close(fives);
}

static void weights_that_are_no_numbers_are_refused(void **state)
{
    const struct model_wish nothing = { .recipe = NULL };
    const char *spoilt = folder_path(small.folder, "spoilt.safetensors");
    struct run *first = small_run_start_well();
    struct stored_model m;
    struct error e = { 0 };
    (void)state;

    finish(first);
    assert_good(model_format_read(small_run_file(first, "model.h5"), &nothing, &m, &e), e);
    run_close(first);
    m.parameters[0] = NAN;
    m.parameters[1] = INFINITY;
    assert_good(model_format_write(spoilt, &m, &e), e);
    stored_model_free(&m);
    learn_nothing_from(spoilt);
    assert_bad(small_run_start(NULL, small.source, &e), e, "2 of the weights of spoilt.safetensors are not finite");
}

static struct run *resume(const char *folder, struct error *e)
{
    const struct run_setup s = {
        .recipe = &small.recipe, .folder = folder, .source = small.source, .resume = true,
        .events = { bell_ring, &small.bell }
    };

    return run_start(&s, e);
}

/* What it learned since counts, and the file may be gone. */
static void a_run_that_goes_on_needs_the_weights_no_more(void **state)
{
    struct run *first = small_run_start_well();
    char file[PATH_SIZE], folder[PATH_SIZE];
    struct error e = { 0 };
    (void)state;

    finish(first);
    snprintf(file, sizeof file, "%s", small_run_file(first, "model.h5"));
    snprintf(small.recipe.training.weights, sizeof small.recipe.training.weights, "%s", file);
    small.recipe.training.epochs = 1;
    struct run *r = small_run_start_well();
    finish(r);
    snprintf(folder, sizeof folder, "%s", run_folder(r));
    run_close(r);
    run_close(first);
    assert_int_equal(unlink(file), 0);
    small.recipe.training.epochs = 2;
    r = resume(folder, &e);
    assert_good(r != NULL, e);
    finish(r);
    assert_int_equal(run_epochs_before(r), 1);
    run_close(r);
}

/* Its first layer's weights, of the file of a run. */
static float *first_kernel(const struct run *r, size_t bytes)
{
    static const struct model_wish nothing;
    float *kernel = test_malloc(bytes);
    struct stored_model m;
    struct error e = { 0 };

    assert_good(model_format_read(small_run_file(r, "model.h5"), &nothing, &m, &e), e);
    assert_int_equal(m.header.recipe.n_layers, small.recipe.n_layers);
    memcpy(kernel, m.parameters, bytes);
    stored_model_free(&m);
    return kernel;
}

/* Also those that were apart while it trained, since what they give was kept. */
static void the_model_of_a_frozen_run_has_all_its_layers(void **state)
{
    const size_t bytes = (size_t)3 * 3 * 1 * 4 * sizeof(float);
    struct run *first = small_run_start_well(), *r;
    (void)state;

    finish(first);
    snprintf(small.recipe.training.weights, sizeof small.recipe.training.weights, "%s", run_folder(first));
    small.recipe.training.freeze = 2;
    r = small_run_start_well();
    finish(r);
    assert_int_not_equal(small_run_status(r).features_bytes, 0);

    float *before = first_kernel(first, bytes), *after = first_kernel(r, bytes);

    assert_memory_equal(before, after, bytes);
    test_free(before);
    test_free(after);
    run_close(r);
    run_close(first);
}

/* What frozen layers give is computed anew, of the weights in the checkpoint. */
static void a_frozen_run_that_goes_on_ends_as_if_it_had_not_stopped(void **state)
{
    struct run *first = small_run_start_well(), *r;
    char folder[PATH_SIZE];
    struct error e = { 0 };
    struct summary summary;
    double whole;
    (void)state;

    finish(first);
    snprintf(small.recipe.training.weights, sizeof small.recipe.training.weights, "%s", run_folder(first));
    small.recipe.training.freeze = 2;
    small.recipe.training.epochs = 2;
    r = small_run_start_well();
    finish(r);
    assert_int_not_equal(small_run_status(r).features_bytes, 0);
    assert_good(summary_read(&summary, small_run_file(r, "summary.json"), &e), e);
    assert_true(fabs(summary.features_seconds - small_run_status(r).features_seconds) < 1e-6);
    whole = small_run_status(r).valid_loss;
    run_close(r);
    small.recipe.training.epochs = 1;
    r = small_run_start_well();
    finish(r);
    snprintf(folder, sizeof folder, "%s", run_folder(r));
    run_close(r);
    small.recipe.training.epochs = 2;
    r = resume(folder, &e);
    assert_good(r != NULL, e);
    finish(r);
    assert_true(small_run_status(r).valid_loss == whole);
    run_close(r);
    run_close(first);
}

static void weights_that_are_not_there_are_an_error_before_anything_runs(void **state)
{
    struct error e = { 0 };
    (void)state;

    learn_nothing_from("nowhere.h5");
    assert_bad(small_run_start(NULL, small.source, &e), e, "no fetched network and no run nowhere.h5");
    learn_nothing_from(folder_put(small.folder, "text.h5", "no model"));
    assert_bad(small_run_start(NULL, small.source, &e), e, "training.weights: ");
    assert_false(path_is_folder(folder_path(small.folder, "runs/0001-squares-cpu1")));
}

int main(void)
{
#define SMALL(test) cmocka_unit_test_setup_teardown(test, small_run_setup, small_run_teardown)
    const struct CMUnitTest tests[] = {
        SMALL(a_run_begins_where_another_ended),
        SMALL(assumed_pixels_are_told),
        SMALL(another_number_of_classes_has_a_new_last_layer),
        SMALL(weights_that_are_no_numbers_are_refused),
        SMALL(a_run_that_goes_on_needs_the_weights_no_more),
        SMALL(a_frozen_run_that_goes_on_ends_as_if_it_had_not_stopped),
        SMALL(the_model_of_a_frozen_run_has_all_its_layers),
        SMALL(weights_that_are_not_there_are_an_error_before_anything_runs),
    };

    return cmocka_run_group_tests_name("start_weights", tests, NULL, NULL);
}
