#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "nn/plan/plan_builder.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/figures/export.h"
#include "run/metrics.h"
#include "run/model/model_file.h"
#include "run/run.h"
#include "run/run_folder.h"
#include "run/summary.h"
#include "tests/support/bell.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

enum { TRAIN = 96, TESTED = 20, SIDE = 6, CLASSES = 3, BATCH = 10, STEPS_AN_EPOCH = 10 };

static const char text[] = "[data]\n"
                           "dataset = squares\n"
                           "[training]\n"
                           "epochs = 3\n"
                           "batch = 10\n"
                           "device = cpu:1\n"
                           "[layers]\n"
                           "conv2d = filters=4 activation=relu\n"
                           "flatten =\n"
                           "dense = units=3\n";

struct fixture {
    void *folder;
    struct recipe recipe;
    struct source *source;
    struct bell bell;
};

static struct fixture f;

static int setup(void **state)
{
    struct error e = { 0 };

    (void)state;
    f = (struct fixture){ .bell = BELL };
    if (folder_setup(&f.folder) != 0)
        return -1;
    setenv("CUVETTE_RUNS", folder_path(f.folder, "runs"), 1);
    recipe_preset(&f.recipe);
    if (!recipe_parse(&f.recipe, text, "test", &e)) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    strcpy(f.recipe.name, "tiny");
    f.source = data_memory(TRAIN, TESTED, SIDE, SIDE, 1, CLASSES);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    source_close(f.source);
    unsetenv("CUVETTE_RUNS");
    return folder_teardown(&f.folder);
}

static struct run *start(const char *folder, struct source *source, struct error *e)
{
    const struct run_setup s = {
        .recipe = &f.recipe, .folder = folder, .source = source, .events = { bell_ring, &f.bell }
    };

    return run_start(&s, e);
}

static struct run *start_well(void)
{
    struct error e = { 0 };
    struct run *r = start(NULL, f.source, &e);

    if (!r)
        fail_msg("%s", e.text);
    return r;
}

static struct trainer_status status_of(const struct run *r)
{
    struct trainer_status status;

    trainer_status(run_trainer(r), &status);
    return status;
}

static const char *in_run(const struct run *r, const char *name)
{
    return folder_path(run_folder(r), name);
}

static void test_a_run_leaves_all_that_is_known_of_it(void **state)
{
    struct run *r = start_well();
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
    assert_true(path_is_file(in_run(r, "layers.json")));

    struct trainer_status status = status_of(r);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_good(metrics_read(in_run(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_int_equal(curves.n_steps, 3 * STEPS_AN_EPOCH);
    assert_int_equal(curves.n_epochs, 3);
    assert_string_equal(curves.run.name, "tiny");
    assert_string_equal(curves.run.state, "running");
    for (size_t i = 0; i < curves.n_steps; i++)
        assert_true(curves.steps[i].loss == series_at(trainer_steps(run_trainer(r)), i).loss);
    for (size_t i = 0; i < curves.n_epochs; i++)
        assert_true(curves.valid[i].loss == series_at(trainer_epochs(run_trainer(r)), i).loss);
    metrics_read_free(&curves);

    assert_good(summary_read(&summary, in_run(r, "summary.json"), &e), e);
    assert_string_equal(summary.state, "finished");
    assert_string_equal(summary.dataset, "squares");
    assert_string_equal(summary.device, "cpu");
    assert_int_equal(summary.threads, 1);
    assert_int_equal(summary.epochs, 3);
    assert_int_equal(summary.batch, BATCH);
    assert_int_equal(summary.parameters, 3 * 3 * 4 + 4 + SIDE * SIDE * 4 * 3 + 3);
    assert_float_equal(summary.test_loss, status.test_loss, 1e-6);
    assert_float_equal(summary.train_accuracy, status.train_accuracy, 1e-6);
    run_close(r);
}

static void test_the_kept_recipe_and_weights_are_those_of_the_run(void **state)
{
    struct run *r = start_well();
    struct recipe kept;
    struct error e = { 0 };
    (void)state;

    run_wait(r);
    assert_good(recipe_load(&kept, in_run(r, "recipe.ini"), &e), e);
    assert_int_equal(kept.training.epochs, 3);
    assert_int_equal(kept.n_layers, f.recipe.n_layers);
    struct plan *plan = compile_recipe(&kept, shape_image(SIDE, SIDE, 1), CLASSES, false, &e);
    assert_non_null(plan);
    float *parameters = calloc(1, plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = calloc(1, plan->arena_bytes[ARENA_STATISTICS]);
    assert_good(model_file_read(in_run(r, "model.h5"), &kept, plan, parameters, statistics, &e), e);
    const struct trainer_weights *w = trainer_weights(run_trainer(r));
    assert_memory_equal(parameters, w->parameters, plan->arena_bytes[ARENA_PARAMETERS]);
    free(parameters);
    free(statistics);
    plan_free(plan);
    run_close(r);
}

static void test_the_end_is_told_when_all_is_written(void **state)
{
    struct run *r = start_well();
    int seen = 0;
    (void)state;

    while (!run_over(r))
        bell_await(&f.bell, &seen);
    assert_true(path_is_file(in_run(r, "summary.json")));
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

    f.recipe.training.epochs = 100000;
    r = start_well();
    while (series_length(trainer_epochs(run_trainer(r))) < 2)
        bell_await(&f.bell, &seen);
    trainer_command(run_trainer(r), TRAINER_STOP, 0);
    run_wait(r);
    assert_good(summary_read(&summary, in_run(r, "summary.json"), &e), e);
    assert_string_equal(summary.state, "stopped");
    assert_true(summary.epochs >= 2);
    assert_true(summary.test_loss < 0);
    assert_good(metrics_read(in_run(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_int_equal(curves.n_steps, status_of(r).steps);
    assert_int_equal(curves.n_epochs, summary.epochs);
    metrics_read_free(&curves);
    assert_true(path_is_file(in_run(r, "model.h5")));
    run_close(r);
}

static void test_a_run_whose_job_ends_is_stopped_and_can_go_on(void **state)
{
    struct run *r;
    int seen = 0;
    (void)state;

    f.recipe.training.epochs = 100000;
    r = start_well();
    run_set_job(r, &(struct job){ .inside = true, .end = (double)time(NULL) + 86400 });
    while (status_of(r).steps == 0)
        bell_await(&f.bell, &seen);
    assert_false(run_out_of_time(r));
    run_set_job(r, &(struct job){ .inside = true, .end = (double)time(NULL) });
    run_wait(r);
    assert_true(run_out_of_time(r));
    assert_int_equal(status_of(r).state, TRAINER_STOPPED);
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

    f.recipe.training.epochs = 100000;
    f.recipe.training.checkpoint = 1e-6;
    r = start_well();
    for (run_checkpoint(r, &c); c.steps == 0; run_checkpoint(r, &c))
        bell_await(&f.bell, &seen);
    trainer_stop_by(run_trainer(r), clock_seconds());
    trainer_wait(run_trainer(r));
    while (!run_over(r))
        bell_await(&f.bell, &seen);
    run_checkpoint(r, &c);
    trainer_status(run_trainer(r), &status);
    assert_int_equal(status.state, TRAINER_STOPPED);
    assert_true(c.steps > 0);
    assert_true(c.model_late);
    run_recorder_error(r, &e);
    assert_int_equal(e.kind, ERROR_NONE);
    assert_true(checkpoint_exists(run_folder(r)));
    assert_false(path_is_file(in_run(r, "model.h5")));
    assert_true(path_is_file(in_run(r, "summary.json")));
    run_close(r);
}

static void test_closing_stops_and_still_writes(void **state)
{
    struct run *r;
    int seen = 0;
    char summary[PATH_SIZE];
    (void)state;

    f.recipe.training.epochs = 100000;
    r = start_well();
    while (status_of(r).steps == 0)
        bell_await(&f.bell, &seen);
    snprintf(summary, sizeof summary, "%s/summary.json", run_folder(r));
    run_close(r);
    assert_true(path_is_file(summary));
    run_close(NULL);
}

/* The labels in CIFAR-10's files are checked when the images are read: after the start, before the first step. */
static void test_a_run_that_never_began_leaves_nothing(void **state)
{
    static const char layers[] = "[layers]\nflatten =\ndense = units=10\n";
    const char *folder = folder_path(f.folder, "torn");
    struct error e = { 0 };
    (void)state;

    assert_good(path_make_folders(folder, &e), e);
    data_write_cifar(folder, 4);
    FILE *batch = fopen(folder_path(folder, "data_batch_3.bin"), "r+b");
    assert_non_null(batch);
    assert_int_equal(fputc(99, batch), 99);
    assert_int_equal(fclose(batch), 0);
    recipe_preset(&f.recipe);
    assert_good(recipe_parse(&f.recipe, layers, "test", &e), e);
    strcpy(f.recipe.training.device, "cpu:1");
    strcpy(f.recipe.data.dataset, folder_path(f.folder, "torn"));

    struct run *r = start(NULL, NULL, &e);
    if (!r)
        fail_msg("%s", e.text);
    run_wait(r);
    assert_int_equal(status_of(r).state, TRAINER_FAILED);
    assert_false(run_kept(r));
    assert_int_equal(folder_entries(folder_path(f.folder, "runs")), 0);
    run_close(r);
}

static bool odd_shape(const struct layer *l, struct shape in, struct shape *out, struct error *e)
{
    (void)l;
    (void)e;
    *out = in;
    return true;
}

static value odd_emit(const struct layer *l, struct plan_builder *b, value in)
{
    struct shape shape = plan_shape(b, in);
    value out = plan_activation(b, "odd", shape);

    (void)l;
    plan_append(b, &(struct op){ .kind = OP_ACTIVATION,
                                 .in = { in },
                                 .out = { out },
                                 .elements = { .per_image = (int)shape_size(shape), .activation = ACTIVATION_TANH } });
    return out;
}

static void test_a_layer_that_cannot_be_saved_is_refused_before_training(void **state)
{
    static const struct layer_class odd = { .name = "odd", .shape = odd_shape, .emit = odd_emit };
    struct error e = { 0 };
    (void)state;

    f.recipe.layers[0] = (struct layer){ .class = &odd };
    assert_null(start(NULL, f.source, &e));
    assert_string_equal(e.text, "layer 1 (odd) cannot be saved in Keras's format, which has nothing for its operation "
                                "ACTIVATION");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_false(path_is_folder(folder_path(f.folder, "runs")));
}

static void test_what_is_known_to_be_wrong_starts_nothing(void **state)
{
    struct error e = { 0 };
    (void)state;

    strcpy(f.recipe.training.device, "cuda:9");
    assert_null(start(NULL, f.source, &e));
    assert_int_equal(e.kind, ERROR_DEVICE);
    strcpy(f.recipe.training.device, "cpu:1");
    strcpy(f.recipe.data.dataset, "no-such-data-set");
    assert_null(start(NULL, NULL, &e));
    assert_bad(false, e, "there is no data set no-such-data-set");
    assert_false(path_is_folder(folder_path(f.folder, "runs")));

    folder_put(f.folder, "mine/thesis.tex", "precious");
    assert_null(start(folder_path(f.folder, "mine"), f.source, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_null(start(folder_path(f.folder, "mine/thesis.tex/run"), f.source, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_int_equal(folder_entries(folder_path(f.folder, "mine")), 1);
}

/* The disk is full: training goes on, and the error says what is not written. */
static void test_no_space_is_told_and_training_goes_on(void **state)
{
    struct rlimit before, small;
    struct metrics_curves curves;
    struct error e = { 0 };
    (void)state;

    f.recipe.training.epochs = 30;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 8000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct run *r = start(NULL, f.source, &e);
    if (r)
        run_wait(r);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(r);
    assert_int_equal(status_of(r).state, TRAINER_FINISHED);
    run_recorder_error(r, &e);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "the model could not be saved: ")); /* worse than lines of metrics that are lost */
    assert_good(metrics_read(in_run(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_true(curves.n_steps < 30 * STEPS_AN_EPOCH);
    metrics_read_free(&curves);
    assert_false(path_is_file(in_run(r, "model.h5")));
    run_close(r);
}

/* Makes a folder with the name of the model file, which not even root can replace by a file. The trainer calls this
 * before its first step. */
static void put_in_the_way(void *folder)
{
    mkdir(folder, 0777);
    bell_ring(&f.bell);
}

static void test_a_model_that_cannot_be_saved_is_a_failure(void **state)
{
    static const bool stopped[] = { false, true };
    (void)state;

    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
        const char *folder = folder_path(f.folder, stopped[i] ? "stopped" : "finished");
        struct run_setup setup = { .recipe = &f.recipe, .folder = folder, .source = f.source };
        char model[PATH_SIZE];
        struct summary summary;
        struct error e = { 0 };

        snprintf(model, sizeof model, "%s/model.h5", folder);
        setup.events = (struct trainer_events){ put_in_the_way, model };
        f.recipe.training.epochs = stopped[i] ? 100000 : 2;
        struct run *r = run_start(&setup, &e);
        assert_non_null(r);
        for (int seen = 0; stopped[i] && status_of(r).steps == 0;)
            bell_await(&f.bell, &seen);
        if (stopped[i])
            trainer_command(run_trainer(r), TRAINER_STOP, 0);
        run_wait(r);
        assert_int_equal(status_of(r).state, stopped[i] ? TRAINER_STOPPED : TRAINER_FINISHED);
        run_recorder_error(r, &e);
        assert_bad(false, e, "the model could not be saved: ");
        assert_bad(false, e, "model.h5: it is a folder");
        assert_good(summary_read(&summary, in_run(r, "summary.json"), &e), e);
        assert_string_equal(summary.state, "failed");
        assert_string_equal(summary.error, e.text);
        run_close(r);
    }
}

static void test_two_runs_at_once_keep_apart(void **state)
{
    struct run *first = start_well(), *second = start_well();
    struct metrics_curves a, b;
    struct error e = { 0 };
    (void)state;

    run_wait(first);
    run_wait(second);
    assert_true(strcmp(run_folder(first), run_folder(second)) != 0);
    assert_good(metrics_read(in_run(first, "metrics.jsonl"), NULL, &a, &e), e);
    assert_good(metrics_read(in_run(second, "metrics.jsonl"), NULL, &b, &e), e);
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
    struct run *r = start_well();
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
    assert_good(export_run(folder, &(struct export_wish){ .into = folder_path(f.folder, "report/figures") }, &files,
                           &e),
                e);
    assert_true(path_is_file(folder_path(f.folder, "report/figures/accuracy.png")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_leaves_all_that_is_known_of_it),
        TEST(test_the_kept_recipe_and_weights_are_those_of_the_run),
        TEST(test_the_end_is_told_when_all_is_written),
        TEST(test_a_stopped_run_is_kept_as_far_as_it_came),
        TEST(test_a_run_whose_job_ends_is_stopped_and_can_go_on),
        TEST(test_a_run_that_must_end_at_once_writes_nothing_large),
        TEST(test_closing_stops_and_still_writes),
        TEST(test_a_run_that_never_began_leaves_nothing),
        TEST(test_a_layer_that_cannot_be_saved_is_refused_before_training),
        TEST(test_what_is_known_to_be_wrong_starts_nothing),
        TEST(test_no_space_is_told_and_training_goes_on),
        TEST(test_a_model_that_cannot_be_saved_is_a_failure),
        TEST(test_two_runs_at_once_keep_apart),
        TEST(test_charts_are_drawn_from_the_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
