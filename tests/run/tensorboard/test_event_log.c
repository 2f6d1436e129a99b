/* Event files of runs that train, stop, go on and fail to write, and of runs that are there. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "run/figures/event_export.h"
#include "run/past/run_delete.h"
#include "run/tensorboard/event_files.h"
#include "run/tensorboard/event_log.h"
#include "run/tensorboard/event_scalars.h"
#include "tests/support/events.h"
#include "tests/support/folder.h"
#include "tests/support/small_run.h"

static int wanting(void **state)
{
    if (small_run_setup(state) != 0)
        return -1;
    small.recipe.training.tensorboard = true;
    return 0;
}

/* Either both are no numbers or they are equal. */
static void expect_same(float found, float wanted)
{
    if (!(found == wanted || (isnan(found) && isnan(wanted))))
        fail_msg("%.9g, and the metrics have %.9g", (double)found, (double)wanted);
}

/* Every point of the metrics and no other. */
static void expect_curves(const char *run, const char *folder)
{
    struct metrics_curves curves;
    struct error e = { 0 };
    struct events *events = events_read(folder);

    assert_good(metrics_read(folder_path(run, "metrics.jsonl"), NULL, &curves, &e), e);
    assert_true(curves.n_steps > 0 && curves.n_epochs > 0);
    assert_int_equal(events->cut, 0);
    assert_int_equal(events_of(events, "train/loss"), curves.n_steps);
    assert_int_equal(events_of(events, "valid/loss"), curves.n_epochs);
    for (size_t i = 0; i < curves.n_steps; i++) {
        expect_same(events_at(events, "train/loss", curves.steps[i].step), curves.steps[i].loss);
        expect_same(events_at(events, "train/accuracy", curves.steps[i].step), curves.steps[i].accuracy);
        expect_same(events_at(events, "train/learning_rate", curves.steps[i].step), curves.steps[i].learning_rate);
    }
    for (size_t i = 0; i < curves.n_epochs; i++) {
        const uint64_t step = SMALL_STEPS * (i + 1);

        expect_same(events_at(events, "train/epoch_loss", step), curves.train[i].loss);
        expect_same(events_at(events, "valid/loss", step), curves.valid[i].loss);
        expect_same(events_at(events, "valid/accuracy", step), curves.valid[i].accuracy);
    }
    metrics_read_free(&curves);
    free(events);
}

static void test_a_run_has_the_points_of_its_metrics(void **state)
{
    struct run *r = small_run_start_well();
    (void)state;

    run_wait(r);
    expect_curves(run_folder(r), run_folder(r));
    run_close(r);
}

static void test_no_file_where_it_is_not_wanted(void **state)
{
    char name[PATH_SIZE];
    (void)state;

    small.recipe.training.tensorboard = false;

    struct run *r = small_run_start_well();

    run_wait(r);
    event_files_find(run_folder(r), name);
    assert_string_equal(name, "");
    run_close(r);
}

static struct run *go_on(const char *folder)
{
    const struct run_setup setup = { .recipe = &small.recipe, .folder = folder, .resume = true, .source = small.source,
                                     .events = { bell_ring, &small.bell } };
    struct error e = { 0 };
    struct run *r = run_start(&setup, &e);

    assert_good(r, e);
    return r;
}

static bool file_holds(const char *folder, const char *name, const char *text)
{
    static char all[1 << 16];
    FILE *file = fopen(folder_path(folder, name), "rb");

    assert_non_null(file);
    const size_t size = fread(all, 1, sizeof all, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size < sizeof all);
    return memmem(all, size, text, strlen(text)) != NULL;
}

/* Its first file was cut off in a record and has steps that were taken back, as a kill can leave it. Of one of their
 * tags there will be no other, so that TensorBoard would keep it. */
static void test_a_run_that_goes_on_has_another_file(void **state)
{
    struct run_setup setup = { .recipe = &small.recipe, .source = small.source, .last_epoch = 2,
                               .events = { bell_ring, &small.bell } };
    struct event_records taken_back = { .bytes = NULL };
    char folder[PATH_SIZE], name[PATH_SIZE];
    struct error e = { 0 };
    struct run *r = run_start(&setup, &e);
    (void)state;

    assert_good(r, e);
    run_wait(r);
    strcpy(folder, run_folder(r));
    run_close(r);

    const struct event_scalar loss = { "train/loss", 99 }, dead = { "dead/9_relu", 1 };

    event_files_find(folder, name);
    assert_good(event_records_add(&taken_back, (struct event_time){ 1, 2 * SMALL_STEPS + 1 }, &loss, 1, &e), e);
    assert_good(event_records_add(&taken_back, (struct event_time){ 1, 2 * SMALL_STEPS + 2 }, &dead, 1, &e), e);
    FILE *file = fopen(folder_path(folder, name), "ab");
    assert_int_equal(fwrite(taken_back.bytes, 1, taken_back.size, file), taken_back.size);
    assert_int_equal(fwrite(taken_back.bytes, 1, taken_back.size / 2, file), taken_back.size / 2);
    fclose(file);
    event_records_free(&taken_back);
    assert_true(file_holds(folder, name, dead.tag));

    r = go_on(folder);
    run_wait(r);
    run_close(r);

    struct events *events = events_read(folder);

    assert_int_equal(events->files, 2);
    assert_int_equal(events->cut, 0);
    assert_int_equal(events_of(events, dead.tag), 0);
    assert_false(file_holds(folder, name, dead.tag));
    assert_int_equal(events_of(events, "train/loss"), 3 * SMALL_STEPS);
    assert_int_equal(events_of(events, "valid/loss"), 3);
    assert_true(events_at(events, "train/loss", 2 * SMALL_STEPS + 1) != loss.value);
    free(events);
}

static void test_health_is_told_layer_by_layer(void **state)
{
    const struct health health = { .step = 7, .n_layers = 3,
                                   .layers = { { .gradient = 2, .weight = 4, .update = 1, .dead = 0.5f },
                                               layer_health_unknown,
                                               { .gradient = INFINITY, .weight = 1, .update = NAN, .dead = NAN } } };
    struct event_records records = { .bytes = NULL };
    struct error e = { 0 };
    (void)state;

    assert_good(event_records_begin(&records, (struct event_time){ 1, 0 }, &e), e);
    assert_good(event_scalars_health(&records, 100, &health, &small.recipe, &e), e);
    folder_write(small.folder, "tfevents", records.bytes, records.size);
    event_records_free(&records);

    struct events *events = events_read(small.folder);

    assert_int_equal(events->count, 6);
    expect_same(events_at(events, "gradient/1_conv2d", 7), 2);
    expect_same(events_at(events, "weights/1_conv2d", 7), 4);
    expect_same(events_at(events, "update_ratio/1_conv2d", 7), 0.25f);
    expect_same(events_at(events, "dead/1_conv2d", 7), 0.5f);
    expect_same(events_at(events, "gradient/3_dense", 7), INFINITY);
    free(events);
}

/* What could not be written comes with the next points. */
static void test_points_that_could_not_be_written_come_later(void **state)
{
    const char *elsewhere = folder_path(small.folder, "elsewhere");
    struct run *r = small_run_start_well();
    struct error e = { 0 };
    (void)state;

    run_wait(r);
    struct event_log *log = event_log_new(elsewhere, run_trainer(r), (struct event_progress){ .steps = 0 }, &e);
    assert_non_null(log);
    assert_bad(event_log_append(log, 3, &e), e, "cannot write");
    assert_good(path_make_folders(elsewhere, &e), e);
    assert_good(event_log_append(log, 3, &e), e);
    assert_good(event_log_append(log, 3, &e), e);
    event_log_free(log);

    struct events *events = events_read(elsewhere);

    assert_int_equal(events->files, 1);
    assert_int_equal(events_of(events, "train/loss"), 3 * SMALL_STEPS);
    free(events);
    run_close(r);
}

static void test_a_run_that_is_there_is_exported(void **state)
{
    char file[PATH_SIZE];
    struct run_data data;
    struct error e = { 0 };
    (void)state;

    small.recipe.training.tensorboard = false;

    struct run *r = small_run_start_well();

    run_wait(r);
    assert_good(run_data_read(&data, run_folder(r), &e), e);
    for (int i = 0; i < 2; i++) /* the second one replaces the first */
        assert_good(event_export(&data, NULL, file, &e), e);
    expect_curves(run_folder(r), run_folder(r));
    assert_good(event_export(&data, folder_path(small.folder, "out"), file, &e), e);
    *strrchr(file, '/') = '\0';
    expect_curves(run_folder(r), file);
    assert_string_equal(path_name(file), path_name(run_folder(r)));
    run_data_free(&data);
    run_close(r);
}

/* Runs of comparisons and of several projects have the same names. */
static void test_runs_of_the_same_name_have_folders_of_their_own(void **state)
{
    static const char *const places[] = { "one/run", "other/run", "one/run" };
    static const char *const expected[] = { "run", "run-2", "run" };
    struct error e = { 0 };
    char file[PATH_SIZE];
    (void)state;

    small.recipe.training.tensorboard = false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *folder = folder_path(small.folder, places[i]);
        struct run *r = i < 2 ? small_run_start(folder, small.source, &e) : NULL;
        struct run_data data;

        if (r)
            run_wait(r);
        run_close(r);
        assert_good(run_data_read(&data, folder, &e), e);
        assert_good(event_export(&data, folder_path(small.folder, "out"), file, &e), e);
        *strrchr(file, '/') = '\0';
        assert_string_equal(path_name(file), expected[i]);
        expect_curves(folder, file);
        run_data_free(&data);
    }
    assert_int_equal(folder_entries(folder_path(small.folder, "out")), 2);
}

static void test_events_are_not_written_twice_and_go_with_their_run(void **state)
{
    char file[PATH_SIZE], folder[PATH_SIZE], left[PATH_SIZE];
    struct run *r = small_run_start_well();
    struct run_data data;
    struct error e = { 0 };
    (void)state;

    run_wait(r);
    strcpy(folder, run_folder(r));
    run_close(r);
    assert_good(run_data_read(&data, folder, &e), e);
    assert_bad(event_export(&data, NULL, file, &e), e, "--out DIR");
    run_data_free(&data);
    assert_good(run_delete(folder, left, &e), e);
    assert_string_equal(left, "");
    assert_int_equal(access(folder, F_OK), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, wanting, small_run_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_has_the_points_of_its_metrics),
        TEST(test_no_file_where_it_is_not_wanted),
        TEST(test_a_run_that_goes_on_has_another_file),
        TEST(test_health_is_told_layer_by_layer),
        TEST(test_points_that_could_not_be_written_come_later),
        TEST(test_a_run_that_is_there_is_exported),
        TEST(test_runs_of_the_same_name_have_folders_of_their_own),
        TEST(test_events_are_not_written_twice_and_go_with_their_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
