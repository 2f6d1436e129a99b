/* Runs that are refused, or whose end cannot be written: what is said of it, and what is left. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/text.h"
#include "nn/plan/plan_builder.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run_entry.h"
#include "run/summary.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/small_run.h"

/* The labels in CIFAR-10's files are checked when the images are read: after the start, before the first step. */
static void test_a_run_that_never_began_leaves_nothing(void **state)
{
    static const char layers[] = "[layers]\nflatten =\ndense = units=10\n";
    const char *folder = folder_path(small.folder, "torn");
    struct error e = { 0 };
    (void)state;

    assert_good(path_make_folders(folder, &e), e);
    data_write_cifar(folder, 4);
    FILE *batch = fopen(folder_path(folder, "data_batch_3.bin"), "r+b");
    assert_non_null(batch);
    assert_int_equal(fputc(99, batch), 99);
    assert_int_equal(fclose(batch), 0);
    recipe_preset(&small.recipe);
    assert_good(recipe_parse(&small.recipe, layers, "test", &e), e);
    strcpy(small.recipe.training.device, "cpu:1");
    strcpy(small.recipe.data.dataset, folder_path(small.folder, "torn"));

    struct run *r = small_run_start(NULL, NULL, &e);
    if (!r)
        fail_msg("%s", e.text);
    run_wait(r);
    assert_int_equal(small_run_status(r).state, TRAINER_FAILED);
    assert_false(run_kept(r));
    assert_int_equal(folder_entries(folder_path(small.folder, "runs")), 0);
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

    small.recipe.layers[0] = (struct layer){ .class = &odd };
    assert_null(small_run_start(NULL, small.source, &e));
    assert_string_equal(e.text, "layer 1 (odd) cannot be saved in Keras's format, which has nothing for its operation "
                                "ACTIVATION");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_false(path_is_folder(folder_path(small.folder, "runs")));
}

static void test_what_is_known_to_be_wrong_starts_nothing(void **state)
{
    struct error e = { 0 };
    (void)state;

    strcpy(small.recipe.training.device, "cuda:9");
    assert_null(small_run_start(NULL, small.source, &e));
    assert_int_equal(e.kind, ERROR_DEVICE);
    strcpy(small.recipe.training.device, "cpu:1");
    strcpy(small.recipe.data.dataset, "no-such-data-set");
    assert_null(small_run_start(NULL, NULL, &e));
    assert_bad(false, e, "there is no data set no-such-data-set");
    assert_false(path_is_folder(folder_path(small.folder, "runs")));

    folder_put(small.folder, "mine/thesis.tex", "precious");
    assert_null(small_run_start(folder_path(small.folder, "mine"), small.source, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_null(small_run_start(folder_path(small.folder, "mine/thesis.tex/run"), small.source, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_int_equal(folder_entries(folder_path(small.folder, "mine")), 1);
}

/* The disk is full: training goes on, and the error says what is not written. */
static void test_no_space_is_told_and_training_goes_on(void **state)
{
    struct rlimit before, little;
    struct metrics_curves curves;
    struct error e = { 0 };
    (void)state;

    small.recipe.training.epochs = 30;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = before;
    little.rlim_cur = 8000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    struct run *r = small_run_start(NULL, small.source, &e);
    if (r)
        run_wait(r);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(r);
    assert_int_equal(small_run_status(r).state, TRAINER_FINISHED);
    run_recorder_error(r, &e);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "the model could not be saved: ")); /* worse than lines of metrics that are lost */
    assert_good(metrics_read(small_run_file(r, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_true(curves.n_steps < 30 * SMALL_STEPS);
    metrics_read_free(&curves);
    assert_false(path_is_file(small_run_file(r, "model.h5")));
    run_close(r);
}

/* Makes a folder with the name of the model file, which not even root can replace by a file. The trainer calls this
 * before its first step. */
static void put_in_the_way(void *folder)
{
    mkdir(folder, 0777);
    bell_ring(&small.bell);
}

static void test_a_model_that_cannot_be_saved_is_a_failure(void **state)
{
    static const bool stopped[] = { false, true };
    (void)state;

    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
        const char *folder = folder_path(small.folder, stopped[i] ? "stopped" : "finished");
        struct run_setup setup = { .recipe = &small.recipe, .folder = folder, .source = small.source };
        char model[PATH_SIZE];
        struct summary summary;
        struct error e = { 0 };

        snprintf(model, sizeof model, "%s/model.h5", folder);
        setup.events = (struct trainer_events){ put_in_the_way, model };
        small.recipe.training.epochs = stopped[i] ? 100000 : 2;
        struct run *r = run_start(&setup, &e);
        assert_non_null(r);
        for (int seen = 0; stopped[i] && small_run_status(r).steps == 0;)
            bell_await(&small.bell, &seen);
        if (stopped[i])
            trainer_command(run_trainer(r), TRAINER_STOP, 0);
        run_wait(r);
        assert_int_equal(small_run_status(r).state, stopped[i] ? TRAINER_STOPPED : TRAINER_FINISHED);
        run_recorder_error(r, &e);
        assert_bad(false, e, "the model could not be saved: ");
        assert_bad(false, e, "model.h5: it is a folder");
        assert_good(summary_read(&summary, small_run_file(r, "summary.json"), &e), e);
        assert_string_equal(summary.state, "failed");
        assert_string_equal(summary.error, e.text);
        run_close(r);
    }
}

static bool lose_images(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    (void)s, (void)split, (void)index, (void)n, (void)images, (void)labels;
    return error_set(e, ERROR_IO, "the disk with the images is gone");
}

/* Stopped after its first epoch, or, where there is none to tell of that, killed there. */
static void leave_a_run(const char *folder, bool killed)
{
    const struct run_setup setup = {
        .recipe = &small.recipe, .source = small.source, .last_epoch = 1, .folder = folder
    };
    struct error e = { 0 };
    struct run *r = run_start(&setup, &e);

    assert_good(r, e);
    run_wait(r);
    run_close(r);
    if (killed)
        assert_int_equal(remove(folder_path(folder, "summary.json")), 0);
}

static void test_a_run_that_fails_before_it_goes_on_has_failed_with_what_it_had(void **state)
{
    static const bool killed[] = { false, true };
    (void)state;

    for (size_t i = 0; i < sizeof killed / sizeof *killed; i++) {
        char folder[PATH_SIZE];
        struct source_ops lost = *small.source->ops;
        const struct source_ops *whole = small.source->ops;
        struct run_entry before, after;
        struct error e = { 0 };

        text_copy(folder, sizeof folder, folder_path(small.folder, killed[i] ? "killed" : "stopped"));
        leave_a_run(folder, killed[i]);
        assert_true(run_entry_look(&before, folder, NULL));
        assert_int_equal(before.state, killed[i] ? RUN_CUT_OFF : RUN_STOPPED);
        lost.read = lose_images;
        small.source->ops = &lost;

        const struct run_setup setup = {
            .recipe = &small.recipe, .source = small.source, .resume = true, .folder = folder
        };
        struct run *r = run_start(&setup, &e);

        assert_good(r, e);
        run_wait(r);
        assert_int_equal(small_run_status(r).state, TRAINER_FAILED);
        assert_true(run_kept(r));
        run_close(r);
        small.source->ops = whole;
        assert_true(run_entry_look(&after, folder, NULL));
        assert_int_equal(after.state, RUN_FAILED);
        assert_non_null(strstr(after.summary.error, "the disk with the images is gone"));
        assert_true(after.can_go_on);
        assert_int_equal(after.progress.epochs, 1);
        assert_int_equal(after.progress.best_epoch, before.progress.best_epoch);
        assert_true(after.progress.best_accuracy == before.progress.best_accuracy);
        assert_true(after.progress.seconds > 0 && after.progress.seconds >= before.progress.seconds);
    }
}

/* By mistake, or by intent: nobody else can know. The epoch that was begun has fewer steps now than were made. */
static void test_a_run_goes_on_with_other_images_only_when_told(void **state)
{
    struct source *fewer = data_memory(30, 20, SMALL_SIDE, SMALL_SIDE, 1, SMALL_CLASSES);
    struct run_setup setup = {
        .recipe = &small.recipe, .source = fewer, .resume = true, .folder = folder_path(small.folder, "run")
    };
    struct trainer_status status;
    struct snapshot left;
    struct error e = { 0 };
    (void)state;

    small.recipe.training.epochs = 100000;
    struct run *r = small_run_start(setup.folder, small.source, &e);
    assert_good(r, e);
    for (int seen = 0; small_run_status(r).epoch < 2 || small_run_status(r).batch < 5;)
        bell_await(&small.bell, &seen);
    run_close(r);
    assert_good(checkpoint_read(folder_path(small.folder, "run"), &left, &e), e);
    small.recipe.training.epochs = (int)left.epoch + 1;
    snapshot_free(&left);

    assert_good(r = run_start(&setup, &e), e);
    run_wait(r);
    status = small_run_status(r);
    assert_int_equal(status.state, TRAINER_FAILED);
    assert_int_equal(status.error.kind, ERROR_INPUT);
    assert_non_null(strstr(status.error.text, "the images are not those that the run was left with: 96 training images "
                                              "then, 30 now"));
    assert_non_null(strstr(status.error.text, "--other-images"));
    run_close(r);

    setup.other_images = true;
    assert_good(r = run_start(&setup, &e), e);
    run_wait(r);
    status = small_run_status(r);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_string_equal(status.other_images, "96 training images then, 30 now");
    assert_int_equal(status.batches, 3);
    run_close(r);

    small.recipe.training.epochs++; /* what it was left with are these now */
    setup.other_images = false;
    assert_good(r = run_start(&setup, &e), e);
    run_wait(r);
    assert_int_equal(small_run_status(r).state, TRAINER_FINISHED);
    assert_string_equal(small_run_status(r).other_images, "");
    run_close(r);
    source_close(fewer);
}

/* Whoever changes their mind while the images are read has the run that they had. */
static bool stop_reading(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    (void)s, (void)split, (void)index, (void)n, (void)images, (void)labels;
    return error_set(e, ERROR_STOPPED, "stopped");
}

static void test_a_run_that_is_stopped_before_it_goes_on_is_as_it_was(void **state)
{
    const char *folder = folder_path(small.folder, "stopped");
    struct source_ops stopping = *small.source->ops;
    const struct source_ops *whole = small.source->ops;
    struct summary before, after;
    struct error e = { 0 };
    (void)state;

    leave_a_run(folder, false);
    assert_good(summary_read(&before, folder_path(folder, "summary.json"), &e), e);
    stopping.read = stop_reading;
    small.source->ops = &stopping;

    const struct run_setup setup = {
        .recipe = &small.recipe, .source = small.source, .resume = true, .folder = folder
    };
    struct run *r = run_start(&setup, &e);

    assert_good(r, e);
    run_wait(r);
    assert_int_equal(small_run_status(r).state, TRAINER_STOPPED);
    run_close(r);
    small.source->ops = whole;
    assert_good(summary_read(&after, folder_path(folder, "summary.json"), &e), e);
    assert_memory_equal(&before, &after, sizeof before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_run_setup, small_run_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_that_never_began_leaves_nothing),
        TEST(test_a_layer_that_cannot_be_saved_is_refused_before_training),
        TEST(test_what_is_known_to_be_wrong_starts_nothing),
        TEST(test_no_space_is_told_and_training_goes_on),
        TEST(test_a_model_that_cannot_be_saved_is_a_failure),
        TEST(test_a_run_that_fails_before_it_goes_on_has_failed_with_what_it_had),
        TEST(test_a_run_goes_on_with_other_images_only_when_told),
        TEST(test_a_run_that_is_stopped_before_it_goes_on_is_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
