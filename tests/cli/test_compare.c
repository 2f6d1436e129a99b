/* cuvette compare, as a person and as a script use it. */
#include "tests/support/check.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>

#include "base/path.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 4\nbatch = 256\n[layers]\nflatten =\n"
                             "dense = units=10\n";

static struct process *fine(struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    return p;
}

static json_t *parsed(struct process *p)
{
    json_error_t problem;
    json_t *all = json_loads(fine(p)->out, 0, &problem);

    if (!all)
        fail_msg("%s in: %s", problem.text, p->out);
    process_free(p);
    return all;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_a_recipe_on_two_devices_with_two_values(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    struct process *p = fine(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu:1,cpu", "--vary",
                                             "batch=128,256", "--epochs", "2", "--out", "c", NULL));

    assert_holds(p->out, "run 4 of 4");
    assert_holds(p->out, "cpu:1 batch 128");
    assert_holds(p->out, "best accuracy, training.batch across");
    assert_holds(p->out, "speed-up");
    process_free(p);

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--json", NULL));
    const json_t *rows = json_object_get(all, "rows"), *row = json_array_get(rows, 3);

    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(text_of(row, "label"), "cpu batch 256");
    assert_string_equal(text_of(row, "state"), "finished");
    assert_int_equal(json_integer_value(json_object_get(row, "epochs")), 2);
    assert_true(json_number_value(json_object_get(json_object_get(row, "best_accuracy"), "mean")) > 0.1);
    assert_true(json_number_value(json_object_get(json_object_get(row, "seconds_per_epoch"), "median")) > 0);
    assert_true(json_is_null(json_object_get(row, "energy_joules")));
    assert_int_equal(json_array_size(json_object_get(all, "differences")), 2);
    json_decref(all);

    assert_true(path_is_file(folder_path(folder, "c/plots/sweep.png")));
    p = fine(process_cuvette(folder, "export", "c", "--what", "speed-up,accuracy-time", "--format", "csv", NULL));
    assert_string_equal(p->out, "c/plots/speed-up.csv\nc/plots/accuracy-time.csv\n");
    process_free(p);
    assert_refused(process_cuvette(folder, "export", "c", "--what", "loss", NULL), 2, "accuracy-time");
    p = fine(process_cuvette(folder, "export", "c", "--report", NULL));
    assert_string_equal(p->out, "c/report/report.html\n");
    process_free(p);

    p = fine(process_cuvette(folder, "compare", "c/01-cpu-1-batch-128", "c/04-cpu-batch-256", NULL));
    assert_holds(p->out, "training device: cpu:1 | cpu");
    assert_holds(p->out, "training batch: 128 | 256");
    process_free(p);
}

/* However little is asked for on standard output: who takes the results still hopes for charts. */
static void test_charts_that_cannot_be_written_are_told(void **state)
{
    static const char *const quiet[] = { "--quiet", "--json" };
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    process_free(fine(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu:1,cpu", "--epochs", "1",
                                      "--out", "c", "--quiet", NULL)));
    assert_int_equal(folder_remove(folder_path(folder, "c/plots")), 0);
    folder_put(folder, "c/plots", "a file");
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
        struct process *p = fine(process_cuvette(folder, "compare", "c", quiet[i], NULL));

        assert_holds(p->err, "note: no charts: ");
        assert_holds(p->err, "c/plots");
        assert_true(p->out[0] != '\0');
        process_free(p);
    }
}

/* Nothing is trained: no run is left. */
static void test_batches_are_probed(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    json_t *all = parsed(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu:1,cpu", "--batch-probe",
                                         "--json", "--out", "p", NULL));
    const json_t *devices = json_object_get(all, "devices"), *batches = json_object_get(json_array_get(devices, 1),
                                                                                        "batches");

    assert_int_equal(json_array_size(devices), 2);
    assert_string_equal(text_of(json_array_get(devices, 0), "device"), "cpu:1");
    assert_true(json_array_size(batches) > 0);
    for (size_t i = 0; i < json_array_size(batches); i++) {
        assert_int_equal(json_integer_value(json_object_get(json_array_get(batches, i), "batch")), 1 << i);
        assert_true(json_number_value(json_object_get(json_array_get(batches, i), "images_per_second")) > 0);
    }
    assert_int_equal(json_array_size(json_object_get(all, "crossovers")), 1);
    json_decref(all);
    assert_true(path_is_file(folder_path(folder, "p/crossover.png")));
    assert_int_equal(folder_entries(folder_path(folder, "p")), 3);
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--batch-probe", "--seeds", "2", NULL), 2,
                   "--seeds");
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--batch-probe", "--devices", "abc", NULL), 4,
                   "abc");
}

/* As if it had never been stopped: what was trained is not trained again. */
static void test_one_that_was_stopped_goes_on(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    struct process *p = process_cuvette_start(folder, "compare", "small.ini", "--seeds", "2", "--epochs", "100000",
                                              "--out", "c", NULL);
    process_expect(p, " 1/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_int_equal(p->exit_code, 5);
    assert_holds(p->err, "'cuvette compare c' goes on");
    assert_holds(p->out, "waits");
    process_free(p);

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--show", "--json", NULL));
    const json_t *runs = json_object_get(all, "runs");

    assert_int_equal(json_array_size(json_object_get(all, "rows")), 1);
    assert_string_equal(text_of(json_array_get(runs, 0), "state"), "stopped");
    assert_string_equal(text_of(json_array_get(runs, 1), "state"), "waits");
    json_decref(all);

    p = process_cuvette_start(folder, "compare", "c", NULL);
    process_expect(p, "goes on after epoch");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_int_equal(p->exit_code, 5);
    process_free(p);
}

/* What was trained is not trained again, and a run that ended is no reason to leave it out. */
static void test_one_that_is_done_is_made_longer(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    process_free(fine(process_cuvette(folder, "compare", "small.ini", "--seeds", "2", "--epochs", "2", "--out", "c",
                                      NULL)));

    struct process *p = fine(process_cuvette(folder, "compare", "c", "--epochs", "3", NULL));

    assert_holds(p->out, "3 epochs instead of 2: its runs go on from their last checkpoints");
    assert_holds(p->out, "goes on after epoch 2 of 3");
    process_free(p);

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--show", "--json", NULL));
    const json_t *runs = json_object_get(all, "runs");

    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(text_of(json_array_get(runs, i), "state"), "finished");
        assert_int_equal(json_integer_value(json_object_get(json_array_get(runs, i), "epochs")), 3);
    }
    json_decref(all);
    p = fine(process_cuvette(folder, "compare", "c", "--epochs", "3", NULL));
    assert_null(strstr(p->out, "goes on"));
    process_free(p);
    assert_refused(process_cuvette(folder, "compare", "c", "--epochs", "2", NULL), 3, "has 3 epochs: it can be given "
                                                                                      "more, not 2");
    assert_refused(process_cuvette(folder, "compare", "c", "--batch", "2", "--epochs", "4", NULL), 2, "--batch");
    assert_refused(process_cuvette(folder, "compare", "c", "--show", "--epochs", "4", NULL), 2, "--show");
}

/* Nobody is left who trains, and what was learned is kept. The pipes are at their end when the last process is gone. */
static void test_the_run_ends_with_a_comparison_that_is_killed(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    struct process *p = process_cuvette_start(folder, "compare", "small.ini", "--seeds", "2", "--epochs", "100000",
                                              "--out", "c", NULL);
    process_expect(p, " 1/100000 ");
    process_signal(p, SIGKILL);
    process_finish(p);
    assert_int_equal(p->exit_code, -SIGKILL);
    process_free(p);

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--show", "--json", NULL));

    assert_string_equal(text_of(json_array_get(json_object_get(all, "runs"), 0), "state"), "stopped");
    json_decref(all);
}

/* With its reason, for as long as it is so: it is tried again each time. */
static void test_a_run_that_cannot_begin_has_failed(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    for (int again = 0; again < 2; again++) {
        struct process *p = again ? process_cuvette(folder, "compare", "c", NULL)
                                  : process_cuvette(folder, "compare", "small.ini", "--vary",
                                                    "data.dataset=digits,gone.npz", "--epochs", "1", "--out", "c",
                                                    NULL);

        assert_int_equal(p->exit_code, 1);
        assert_holds(p->err, "1 of 2 runs failed");
        assert_holds(p->out, "dataset gone.npz  failed");
        assert_holds(p->out, "note: dataset gone.npz: there is no data set");
        process_free(p);
    }

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--show", "--json", NULL));
    const json_t *row = json_array_get(json_object_get(all, "rows"), 1);

    assert_string_equal(text_of(json_array_get(json_object_get(all, "runs"), 0), "state"), "finished");
    assert_string_equal(text_of(json_array_get(json_object_get(all, "runs"), 1), "state"), "failed");
    assert_string_equal(text_of(row, "state"), "failed");
    assert_holds(text_of(row, "problem"), "there is no data set");
    json_decref(all);
}

/* It was not stopped for others that are better. */
static void test_a_run_that_cannot_begin_is_not_called_hopeless(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    struct process *p = process_cuvette(folder, "compare", "small.ini", "--vary", "data.dataset=digits,gone.npz",
                                        "--halving", "2", "--out", "c", NULL);

    assert_int_equal(p->exit_code, 1);
    process_free(p);

    json_t *all = parsed(process_cuvette(folder, "compare", "c", "--show", "--json", NULL));
    const json_t *row = json_array_get(json_object_get(all, "rows"), 1);

    assert_string_equal(text_of(row, "state"), "failed");
    assert_true(json_is_false(json_object_get(row, "dropped")));
    json_decref(all);
}

static void test_the_hopeless_are_dropped(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    json_t *all = parsed(process_cuvette(folder, "compare", "small.ini", "--vary", "optimiser.learning_rate=1e-9,0.01",
                                         "--halving", "2", "--out", "c", "--json", NULL));
    const json_t *rows = json_object_get(all, "rows"), *worse = json_array_get(rows, 0),
                 *better = json_array_get(rows, 1);

    assert_true(json_is_true(json_object_get(worse, "dropped")));
    assert_int_equal(json_integer_value(json_object_get(worse, "epochs")), 2);
    assert_true(json_is_false(json_object_get(better, "dropped")));
    assert_int_equal(json_integer_value(json_object_get(better, "epochs")), 4);
    assert_string_equal(text_of(better, "state"), "finished");
    json_decref(all);
}

static void test_a_race_tells_what_is_shared(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);

    struct process *p = fine(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu,cpu:1", "--race",
                                             "--out", "c", NULL));

    assert_holds(p->out, "cpu:1 | ");
    assert_holds(p->out, "they were trained at the same time and share the node's");
    process_free(p);
}

static void test_what_cannot_be_compared_is_refused(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", recipe);
    folder_put(folder, "one/recipe.ini", recipe);
    folder_put(folder, "one/metrics.jsonl", "");
    folder_put(folder, "two/recipe.ini", recipe);
    folder_put(folder, "empty/notes.txt", "");
    assert_refused(process_cuvette(folder, "compare", "small.ini", NULL), 2, "what is to be compared?");
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--vary", "btach=1,2", NULL), 2,
                   "did you mean batch?");
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu,gpu7", "--out", "c", NULL), 4,
                   "there is no device \"gpu7\"");
    assert_false(path_is_folder(folder_path(folder, "c")));
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--devices", "cpu,cpu:1", "--vary",
                                   "training.batch=10,1000000000", NULL), 2, "batch");
    assert_refused(process_cuvette(folder, "compare", "one", NULL), 3, "one is one run");
    assert_refused(process_cuvette(folder, "compare", "empty", NULL), 3, "empty is no comparison");
    assert_refused(process_cuvette(folder, "compare", "one", "two", NULL), 3, "two has no metrics.jsonl");
    assert_refused(process_cuvette(folder, "compare", "one", "one", NULL), 3, "one has no whole epoch yet");
    assert_refused(process_cuvette(folder, "compare", "one", "two", "--seeds", "2", NULL), 2, "--seeds is for");
    assert_refused(process_cuvette(folder, "compare", "small.ini", "--show", NULL), 2, "--show is for");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_recipe_on_two_devices_with_two_values),
        TEST(test_charts_that_cannot_be_written_are_told),
        TEST(test_batches_are_probed),
        TEST(test_one_that_was_stopped_goes_on),
        TEST(test_one_that_is_done_is_made_longer),
        TEST(test_the_run_ends_with_a_comparison_that_is_killed),
        TEST(test_a_run_that_cannot_begin_has_failed),
        TEST(test_a_run_that_cannot_begin_is_not_called_hopeless),
        TEST(test_the_hopeless_are_dropped),
        TEST(test_a_race_tells_what_is_shared),
        TEST(test_what_cannot_be_compared_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
