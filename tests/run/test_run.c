/* Runs that go well, to their end or until they are stopped, and what they leave. */
#include "tests/support/check.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/figures/export.h"
#include "run/metrics.h"
#include "run/model/h5/h5_weights.h"
#include "run/summary.h"
#include "tests/support/folder.h"
#include "tests/support/same_run.h"
#include "tests/support/small_run.h"

static void test_a_run_leaves_all_that_is_known_of_it(void **state)
{
    struct run *r = small_run_start_well();
    struct metrics_curves curves;
    struct summary summary;
    struct error e = { 0 };
    (void)state;

    run_wait(r);
    assert_true(run_over(r));
    assert_true(run_kept(r));
    run_recorder_error(r, &e);
    assert_int_equal(e.kind, ERROR_NONE);
    assert_string_equal(path_name(run_folder(r)), "0001-squares-cpu1");
    assert_int_equal(folder_entries(run_folder(r)), 7);
    assert_true(path_is_file(small_run_file(r, "layers.json")));

    struct trainer_status status = small_run_status(r);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_good(metrics_read(small_run_file(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_int_equal(curves.n_steps, 3 * SMALL_STEPS);
    assert_int_equal(curves.n_epochs, 3);
    assert_string_equal(curves.run.name, "tiny");
    assert_string_equal(curves.run.state, "running");
    for (size_t i = 0; i < curves.n_steps; i++)
        assert_true(curves.steps[i].loss == series_at(trainer_steps(run_trainer(r)), i).loss);
    for (size_t i = 0; i < curves.n_epochs; i++)
        assert_true(curves.valid[i].loss == series_at(trainer_epochs(run_trainer(r)), i).loss);
    metrics_read_free(&curves);

    assert_good(summary_read(&summary, small_run_file(r, "summary.json"), &e), e);
    assert_string_equal(summary.state, "finished");
    assert_string_equal(summary.dataset, "squares");
    assert_string_equal(summary.device, "cpu");
    assert_int_equal(summary.threads, 1);
    assert_int_equal(summary.epochs, 3);
    assert_int_equal(summary.batch, SMALL_BATCH);
    assert_int_equal(summary.parameters, 3 * 3 * 4 + 4 + SMALL_SIDE * SMALL_SIDE * 4 * 3 + 3);
    assert_float_equal(summary.test_loss, status.test_loss, 1e-6);
    assert_float_equal(summary.train_accuracy, status.train_accuracy, 1e-6);
    run_close(r);
}

static void test_the_kept_recipe_and_weights_are_those_of_the_run(void **state)
{
    struct run *r = small_run_start_well();
    struct recipe kept;
    struct error e = { 0 };
    (void)state;

    run_wait(r);
    assert_good(recipe_load(&kept, small_run_file(r, "recipe.ini"), &e), e);
    assert_int_equal(kept.training.epochs, 3);
    assert_int_equal(kept.n_layers, small.recipe.n_layers);
    struct plan *plan = compile_recipe(&kept, shape_image(SMALL_SIDE, SMALL_SIDE, 1), SMALL_CLASSES, false, &e);
    assert_non_null(plan);
    float *parameters = calloc(1, plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = calloc(1, plan->arena_bytes[ARENA_STATISTICS]);
    assert_good(h5_weights_read(small_run_file(r, "model.h5"), &kept, plan, parameters, statistics, &e), e);
    const struct trainer_weights *w = trainer_weights(run_trainer(r));
    assert_memory_equal(parameters, w->parameters, plan->arena_bytes[ARENA_PARAMETERS]);
    free(parameters);
    free(statistics);
    plan_free(plan);
    run_close(r);
}

static void test_the_end_is_told_when_all_is_written(void **state)
{
    struct run *r = small_run_start_well();
    int seen = 0;
    (void)state;

    while (!run_over(r))
        bell_await(&small.bell, &seen);
    assert_true(path_is_file(small_run_file(r, "summary.json")));
    run_close(r);
}

static void test_a_stopped_run_is_kept_as_far_as_it_came(void **state)
{
    struct run *r;
    struct summary summary;
    struct metrics_curves curves;
    struct error e = { 0 };
    int seen = 0;
    (void)state;

    small.recipe.training.epochs = 100000;
    r = small_run_start_well();
    while (series_length(trainer_epochs(run_trainer(r))) < 2)
        bell_await(&small.bell, &seen);
    trainer_command(run_trainer(r), TRAINER_STOP, 0);
    run_wait(r);
    assert_good(summary_read(&summary, small_run_file(r, "summary.json"), &e), e);
    assert_string_equal(summary.state, "stopped");
    assert_true(summary.epochs >= 2);
    assert_true(summary.test_loss < 0);
    assert_good(metrics_read(small_run_file(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_int_equal(curves.n_steps, small_run_status(r).steps);
    assert_int_equal(curves.n_epochs, summary.epochs);
    metrics_read_free(&curves);
    assert_true(path_is_file(small_run_file(r, "model.h5")));
    run_close(r);
}

static void test_a_run_whose_job_ends_is_stopped_and_can_go_on(void **state)
{
    struct run *r;
    int seen = 0;
    (void)state;

    small.recipe.training.epochs = 100000;
    r = small_run_start_well();
    run_set_job(r, &(struct job){ .inside = true, .end = (double)time(NULL) + 86400 });
    while (small_run_status(r).steps == 0)
        bell_await(&small.bell, &seen);
    assert_false(run_out_of_time(r));
    run_set_job(r, &(struct job){ .inside = true, .end = (double)time(NULL) });
    run_wait(r);
    assert_true(run_out_of_time(r));
    assert_int_equal(small_run_status(r).state, TRAINER_STOPPED);
    assert_true(run_kept(r));
    assert_true(checkpoint_exists(run_folder(r)));
    run_close(r);
}

/* What there is no time for is left out, and the checkpoint before stays. */
static void test_a_run_that_must_end_at_once_writes_nothing_large(void **state)
{
    struct error e = { 0 };
    struct recorder_checkpoint c;
    struct trainer_status status;
    struct run *r;
    int seen = 0;
    (void)state;

    small.recipe.training.epochs = 100000;
    small.recipe.training.checkpoint = 1e-6;
    r = small_run_start_well();
    for (run_checkpoint(r, &c); c.steps == 0; run_checkpoint(r, &c))
        bell_await(&small.bell, &seen);
    trainer_stop_by(run_trainer(r), clock_seconds());
    trainer_wait(run_trainer(r));
    while (!run_over(r))
        bell_await(&small.bell, &seen);
    run_checkpoint(r, &c);
    trainer_status(run_trainer(r), &status);
    assert_int_equal(status.state, TRAINER_STOPPED);
    assert_true(c.steps > 0);
    assert_true(c.model_late);
    run_recorder_error(r, &e);
    assert_int_equal(e.kind, ERROR_NONE);
    assert_true(checkpoint_exists(run_folder(r)));
    assert_false(path_is_file(small_run_file(r, "model.h5")));
    assert_true(path_is_file(small_run_file(r, "summary.json")));
    run_close(r);
}

static void test_closing_stops_and_still_writes(void **state)
{
    struct run *r;
    int seen = 0;
    char summary[PATH_SIZE];
    (void)state;

    small.recipe.training.epochs = 100000;
    r = small_run_start_well();
    while (small_run_status(r).steps == 0)
        bell_await(&small.bell, &seen);
    snprintf(summary, sizeof summary, "%s/summary.json", run_folder(r));
    run_close(r);
    assert_true(path_is_file(summary));
    run_close(NULL);
}

static void test_two_runs_at_once_keep_apart(void **state)
{
    struct run *first = small_run_start_well(), *second = small_run_start_well();
    struct metrics_curves a, b;
    struct error e = { 0 };
    (void)state;

    run_wait(first);
    run_wait(second);
    assert_true(strcmp(run_folder(first), run_folder(second)) != 0);
    assert_good(metrics_read(small_run_file(first, "metrics.jsonl"), NULL, &a, &e), e);
    assert_good(metrics_read(small_run_file(second, "metrics.jsonl"), NULL, &b, &e), e);
    assert_int_equal(a.n_steps, b.n_steps);
    for (size_t i = 0; i < a.n_steps; i++)
        assert_true(a.steps[i].loss == b.steps[i].loss);
    metrics_read_free(&a);
    metrics_read_free(&b);
    run_close(first);
    run_close(second);
}

static void test_charts_are_drawn_from_the_folder(void **state)
{
    struct run *r = small_run_start_well();
    struct export_files files;
    struct error e = { 0 };
    char folder[PATH_SIZE];
    (void)state;

    run_wait(r);
    strcpy(folder, run_folder(r));
    run_close(r);
    assert_good(export_run(folder, &(struct export_wish){ 0 }, &files, &e), e);
    assert_string_equal(files.path[FIGURE_LOSS], folder_path(folder, "plots/loss.png"));
    assert_true(path_is_file(files.path[FIGURE_LOSS]) && path_is_file(files.path[FIGURE_ACCURACY]));
    assert_int_equal(folder_entries(folder_path(folder, "plots")), files.count);
    assert_good(export_run(folder, &(struct export_wish){ .into = folder_path(small.folder, "report/figures") }, &files,
                           &e),
                e);
    assert_true(path_is_file(folder_path(small.folder, "report/figures/accuracy.png")));
}

/* As one that goes through: left after an epoch, not in the middle of the next. */
static void test_a_run_that_is_left_after_an_epoch_goes_on_from_there(void **state)
{
    struct run *whole = small_run_start_well(), *left;
    struct run_setup setup = { .recipe = &small.recipe, .source = small.source, .last_epoch = 2,
                               .folder = folder_path(small.folder, "left") };
    struct error e = { 0 };
    (void)state;

    run_wait(whole);
    assert_good(left = run_start(&setup, &e), e);
    run_wait(left);
    assert_int_equal(small_run_status(left).state, TRAINER_STOPPED);
    assert_int_equal(small_run_status(left).epoch, 2);
    assert_int_equal(small_run_status(left).steps, 2 * SMALL_STEPS);
    assert_int_equal(series_length(trainer_epochs(run_trainer(left))), 2);
    run_close(left);

    setup.resume = true;
    setup.last_epoch = 3; /* the last anyway */
    setup.folder = folder_path(small.folder, "left");
    assert_good(left = run_start(&setup, &e), e);
    run_wait(left);
    assert_int_equal(small_run_status(left).state, TRAINER_FINISHED);
    assert_same_run(run_folder(whole), run_folder(left));
    run_close(left);
    run_close(whole);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_run_setup, small_run_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_leaves_all_that_is_known_of_it),
        TEST(test_the_kept_recipe_and_weights_are_those_of_the_run),
        TEST(test_the_end_is_told_when_all_is_written),
        TEST(test_a_stopped_run_is_kept_as_far_as_it_came),
        TEST(test_a_run_whose_job_ends_is_stopped_and_can_go_on),
        TEST(test_a_run_that_must_end_at_once_writes_nothing_large),
        TEST(test_closing_stops_and_still_writes),
        TEST(test_two_runs_at_once_keep_apart),
        TEST(test_charts_are_drawn_from_the_folder),
        TEST(test_a_run_that_is_left_after_an_epoch_goes_on_from_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
