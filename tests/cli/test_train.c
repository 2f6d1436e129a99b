/* The program as a batch job uses it: trains, evaluates and exports the built-in digits. */
#include "tests/support/check.h"

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/events.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

/* Small enough to train in a second, with everything that draws random numbers. */
static const char small_recipe[] = "[data]\ndataset = digits\nshift = 1\n"
                                   "[training]\nepochs = 1\nbatch = 128\n"
                                   "[layers]\n"
                                   "conv2d = filters=4 kernel=3 stride=2 activation=relu\n"
                                   "flatten =\n"
                                   "dropout = rate=0.1\n"
                                   "dense = units=10\n";

static json_t *read_json(const char *folder, const char *name)
{
    json_error_t problem;
    json_t *all = json_load_file(folder_path(folder, name), 0, &problem);

    if (!all)
        fail_msg("%s: %s", name, problem.text);
    return all;
}

static double number(const json_t *object, const char *key)
{
    const json_t *found = json_object_get(object, key);

    if (!json_is_number(found))
        fail_msg("%s is no number", key);
    return json_number_value(found);
}

/* Width and height from the header of a PNG. */
static void assert_picture(const char *folder, const char *name)
{
    static const unsigned char signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
    unsigned char header[24];
    FILE *file = fopen(folder_path(folder, name), "rb");

    assert_non_null(file);
    assert_int_equal(fread(header, 1, sizeof header, file), sizeof header);
    fclose(file);
    assert_memory_equal(header, signature, sizeof signature);
    assert_true((header[18] << 8 | header[19]) >= 600);
    assert_true((header[22] << 8 | header[23]) >= 300);
}

static void test_a_run_is_trained_evaluated_and_exported(void **state)
{
    static const char *const files[] = { "recipe.ini", "metrics.jsonl", "model.h5", "summary.json" };
    static const char *const texts[] = { "dataset", "device", "version" };
    static const char *const numbers[] = {
        "threads",           "parameters",        "epochs",     "batch",          "seed",      "seconds_total",
        "seconds_per_epoch", "images_per_second", "flops_per_second", "step_seconds", "step_read", "step_forward",
        "step_backward", "step_update", "checkpoints", "checkpoint_pause_seconds", "checkpoint_cpu_seconds",
        "train_loss", "train_accuracy", "test_loss", "test_accuracy"
    };
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--epochs", "2", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "\nepoch     loss  accuracy   test loss ");
    assert_holds(p->out, "\n  1/2 ");
    assert_holds(p->out, "\n  2/2 ");
    assert_holds(p->out, "test accuracy 0.");

    json_t *told = read_json(folder_path(folder, "out"), "summary.json");
    char speed[64]; /* of the whole run, not of its last moments */

    snprintf(speed, sizeof speed, ", %.0f images/s\nrun folder", number(told, "images_per_second"));
    assert_holds(p->out, speed);
    json_decref(told);
    process_free(p);

    const char *out = folder_path(folder, "out");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_int_equal(access(folder_path(out, files[i]), R_OK), 0);
    json_t *summary = read_json(out, "summary.json");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_true(json_is_string(json_object_get(summary, texts[i])));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        number(summary, numbers[i]);
    assert_int_equal(number(summary, "epochs"), 2);
    assert_true(number(summary, "checkpoints") >= 1);
    assert_true(number(summary, "checkpoint_pause_seconds") > 0 && number(summary, "checkpoint_cpu_seconds") > 0);
    assert_int_equal(number(summary, "parameters"), 4 * 9 + 4 + 14 * 14 * 4 * 10 + 10);
    assert_true(number(summary, "test_accuracy") > 0.7);

    /* The file holds the trained weights: evaluated again they give the same result. */
    p = process_cuvette(folder, "evaluate", "out", "--json", NULL);
    assert_succeeded(p);
    json_t *again = json_loads(p->out, 0, NULL);
    assert_non_null(again);
    assert_true(number(again, "test_accuracy") == number(summary, "test_accuracy"));
    assert_true(number(again, "images") == 1000);
    assert_true(fabs(number(again, "images_per_second") * number(again, "seconds") - 1000) < 1e-3);
    json_decref(again);
    json_decref(summary);
    process_free(p);

    p = process_cuvette(folder, "export", "out", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "loss.png\n");
    assert_holds(p->out, "accuracy.png\n");
    process_free(p);
    assert_picture(out, "plots/loss.png");
    assert_picture(out, "plots/accuracy.png");

    p = process_cuvette(folder, "export", "out", "--tensorboard", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "out/events.out.tfevents.");
    process_free(p);
}

static void test_events_for_tensorboard_are_written_once(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    process_free(process_cuvette(folder, "train", "small.ini", "--run", "out", "--epochs", "1", "--tensorboard", NULL));

    struct events *events = events_read(folder_path(folder, "out"));

    assert_int_equal(events->files, 1);
    assert_int_equal(events_of(events, "valid/accuracy"), 1);
    free(events);
    assert_refused(process_cuvette(folder, "export", "out", "--tensorboard", NULL), 3, "--out DIR");
    assert_refused(process_cuvette(folder, "export", "out", "--tensorboard", "--report", NULL), 2, "--report");
}

/* What is done to images in training is no part of the model. */
static void test_a_run_with_augmentation_leaves_a_model(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--epochs", "2", "--set",
                                        "data.rotation=10", "--set", "data.contrast=0.2", "--set", "data.cutout=4",
                                        "--set", "data.cutmix=1", "--set", "data.balance=weights", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "the loss of training weighs the classes, by 0.");
    assert_holds(p->out, "are those of mixed images");
    process_free(p);

    json_t *summary = read_json(folder_path(folder, "out"), "summary.json");
    assert_string_equal(json_string_value(json_object_get(summary, "balance")), "weights");
    assert_true(number(summary, "class_weight_least") < 1 && number(summary, "class_weight_most") > 1);
    p = process_cuvette(folder, "evaluate", "out", "--json", NULL);
    assert_succeeded(p);
    json_t *again = json_loads(p->out, 0, NULL);
    assert_non_null(again);
    assert_true(number(again, "test_accuracy") == number(summary, "test_accuracy"));
    assert_true(number(again, "test_accuracy") > 0.4);
    json_decref(again);
    json_decref(summary);
    process_free(p);
}

/* A limit on the size of files stands in for a full disk: the curves fit, the weights do not. */
/* Before the table of the epochs, the first of which counts that time. */
static void test_a_run_says_how_long_what_is_kept_took(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--epochs", "1", "--set",
                                        "training.freeze=1", "--set", "data.shift=0", NULL);
    assert_succeeded(p);
    const char *told = strstr(p->out, "\nwhat layer 1 gives of 7000 images was computed once, in ");
    assert_non_null(told);
    assert_true(told < strstr(p->out, "\nepoch     loss"));
    process_free(p);

    json_t *summary = read_json(folder_path(folder, "out"), "summary.json");

    assert_true(number(summary, "features_seconds") > 0);
    assert_true(number(summary, "seconds_total") > number(summary, "features_seconds"));
    json_decref(summary);
}

static void test_a_model_that_cannot_be_saved_is_a_failure(void **state)
{
    static const char *const argv[] = {
        "/bin/sh", "-c",
        "trap '' XFSZ; ulimit -f 200; exec \"$CUVETTE_BINARY\" train mnist-mlp --epochs 1 --run out", NULL
    };
    struct process *p = process_start(argv, *state, NULL);

    process_finish(p);
    assert_int_equal(p->exit_code, 1);
    assert_holds(p->out, "\n  1/1 ");
    assert_holds(p->err, "cuvette: the model could not be saved: ");
    assert_holds(p->err, "model.h5: File too large\n");
    assert_null(strstr(p->out, "test accuracy"));
    process_free(p);

    const char *out = folder_path(*state, "out");
    json_t *summary = read_json(out, "summary.json");
    assert_string_equal(json_string_value(json_object_get(summary, "state")), "failed");
    assert_holds(json_string_value(json_object_get(summary, "error")), "the model could not be saved: ");
    assert_true(number(summary, "test_accuracy") > 0.5);
    assert_int_equal(access(folder_path(out, "model.h5"), F_OK), -1);
    json_decref(summary);
}

static void test_weights_that_diverged_are_evaluated(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--quiet", "--set",
                                        "optimiser.kind=sgd", "--set", "optimiser.learning_rate=100", NULL);
    process_free(p);

    p = process_cuvette(folder, "evaluate", "out", "--json", NULL);
    assert_succeeded(p);
    json_t *figures = json_loads(p->out, 0, NULL);
    assert_true(json_is_null(json_object_get(figures, "test_loss")));
    json_decref(figures);
    process_free(p);

    p = process_cuvette(folder, "evaluate", "out", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "test loss n/a  test accuracy ");
    process_free(p);
}

static void test_names_with_control_bytes_are_safe_to_show(void **state)
{
    const char *folder = *state;

    folder_put(folder, "sm\x1b[31mall.ini", small_recipe);
    struct process *p = process_cuvette(folder, "train", "sm\x1b[31mall.ini", "--run", "o\x1b[31mx", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "sm?[31mall");
    assert_holds(p->out, "run folder o?[31mx\n");
    assert_null(strchr(p->out, '\x1b'));
    process_free(p);

    p = process_cuvette(folder, "export", "o\x1b[31mx", NULL);
    assert_succeeded(p);
    assert_null(strchr(p->out, '\x1b'));
    process_free(p);
}

/* Other lines are written as often as the clock says. */
static bool is_of_training(const char *line)
{
    static const char *const kinds[] = { "run", "step", "epoch" };
    char begin[32];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(begin, sizeof begin, "{\"kind\":\"%s\"", kinds[i]);
        if (strncmp(line, begin, strlen(begin)) == 0)
            return true;
    }
    return false;
}

/* Every line of the training, without the figures that a clock measured. */
static char *curves(const char *folder)
{
    char *text = folder_text(folder, "metrics.jsonl"), *out = calloc(1, strlen(text) + 1), *rest = text;

    assert_non_null(out);
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        char *seconds = strstr(line, ",\"seconds\"");

        if (seconds)
            *seconds = '\0';
        if (is_of_training(line))
            strcat(strcat(out, line), "\n");
    }
    free(text);
    return out;
}

static void train_small(const char *folder, const char *run, const char *seed)
{
    struct process *p = process_cuvette(folder, "train", "small.ini", "--device", "cpu:1", "--seed", seed, "--run", run,
                                        "--quiet", NULL);

    assert_succeeded(p);
    assert_string_equal(p->out, "");
    process_free(p);
}

static void test_the_same_seed_gives_the_same_curve(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    train_small(folder, "first", "5");
    train_small(folder, "second", "5");
    train_small(folder, "third", "6");

    char *first = curves(folder_path(folder, "first")), *second = curves(folder_path(folder, "second"));
    char *third = curves(folder_path(folder, "third"));
    assert_true(strlen(first) > 47 * strlen("{\"kind\":\"step\"}"));
    assert_string_equal(first, second);
    assert_string_not_equal(first, third);
    free(first);
    free(second);
    free(third);
}

static void test_runs_are_numbered_and_found_by_number(void **state)
{
    const char *folder = *state;
    char runs[PATH_SIZE + 16];

    folder_put(folder, "small.ini", small_recipe);
    snprintf(runs, sizeof runs, "CUVETTE_RUNS=%s/runs", folder);
    const char *const environment[] = { runs, NULL };
    const char *const train[] = { getenv("CUVETTE_BINARY"), "train", "small.ini", "--quiet", NULL };
    const char *const evaluate[] = { getenv("CUVETTE_BINARY"), "evaluate", "2", NULL };

    for (int i = 0; i < 2; i++) {
        struct process *p = process_start(train, folder, environment);
        process_finish(p);
        assert_succeeded(p);
        process_free(p);
    }
    assert_int_equal(folder_entries(folder_path(folder, "runs")), 2);

    struct process *p = process_start(evaluate, folder, environment);
    process_finish(p);
    assert_succeeded(p);
    assert_holds(p->out, "test accuracy");
    process_free(p);
}

static void test_without_a_terminal_the_workbench_trains(void **state)
{
    const char *folder = *state;
    char runs[PATH_SIZE + 16];

    folder_put(folder, "small.ini", small_recipe);
    snprintf(runs, sizeof runs, "CUVETTE_RUNS=%s/runs", folder);
    const char *const environment[] = { runs, NULL };
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "--recipe", "small.ini", "--dataset", "digits", NULL };
    struct process *p = process_start(argv, folder, environment);

    process_finish(p);
    assert_succeeded(p);
    assert_holds(p->out, "\n  1/1 ");
    assert_int_equal(folder_entries(folder_path(folder, "runs")), 1);
    process_free(p);
}

/* `srun --pty -n 2` starts two, and only the first has the terminal. */
static void test_another_task_says_that_it_does_nothing(void **state)
{
    const char *folder = *state;
    char runs[PATH_SIZE + 16];

    snprintf(runs, sizeof runs, "CUVETTE_RUNS=%s/runs", folder);
    const char *const environment[] = { runs, "SLURM_PROCID=1", "SLURM_STEP_NUM_TASKS=2", NULL };
    const char *const argv[] = { getenv("CUVETTE_BINARY"), NULL };
    struct process *p = process_start(argv, folder, environment);

    process_finish(p);
    assert_succeeded(p);
    assert_string_equal(p->out, "task 1 of 2 draws nothing and trains nothing: the screen is that of task 0 (srun -n "
                                "1)\n");
    assert_int_equal(folder_entries(folder), 0);
    process_free(p);
}

static void test_a_signal_stops_the_run_and_keeps_it(void **state)
{
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_cuvette_start(folder, "train", "small.ini", "--epochs", "100000", "--run", "out", NULL);
    process_expect(p, "     1/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM in epoch ");

    const char *out = folder_path(folder, "out");
    json_t *summary = read_json(out, "summary.json");
    assert_true(number(summary, "epochs") >= 1);
    assert_true(json_is_null(json_object_get(summary, "test_accuracy")));
    json_decref(summary);
    p = process_cuvette(folder, "evaluate", "out", NULL);
    assert_succeeded(p);
    process_free(p);
}

static void test_a_reader_that_goes_away_ends_no_run(void **state)
{
    static const char *const argv[] = {
        "/bin/sh", "-c", "{ \"$CUVETTE_BINARY\" train small.ini --run out --epochs 2; echo $? >code; } | head -n 1",
        NULL
    };
    const char *folder = *state;

    folder_put(folder, "small.ini", small_recipe);
    struct process *p = process_start(argv, folder, NULL);
    process_finish(p);
    assert_int_equal(access(folder_path(folder, "out/model.h5"), R_OK), 0);

    char *code = folder_text(folder, "code");
    assert_string_equal(code, "0\n");
    free(code);
    process_free(p);
}

static double trained_accuracy(const char *folder, const char *preset, const char *epochs)
{
    const char *data = getenv("CUVETTE_TEST_DATA");
    char mnist[PATH_SIZE];

    if (!data || !*data)
        skip();
    snprintf(mnist, sizeof mnist, "%s/mnist", data);
    struct process *p = process_cuvette(folder, "train", preset, "--dataset", mnist, "--epochs", epochs, "--run", "out",
                                        "--quiet", NULL);
    assert_succeeded(p);
    process_free(p);

    json_t *summary = read_json(folder_path(folder, "out"), "summary.json");
    double accuracy = number(summary, "test_accuracy");
    json_decref(summary);
    return accuracy;
}

static void test_mnist_cnn_reaches_97_5_percent_in_one_epoch(void **state)
{
    assert_true(trained_accuracy(*state, "mnist-cnn", "1") >= 0.975);
}

static void test_mnist_mlp_reaches_97_percent_in_five_epochs(void **state)
{
    assert_true(trained_accuracy(*state, "mnist-mlp", "5") >= 0.97);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

/* A user's own photographs, of which one is broken. */
static void test_a_folder_of_photographs_is_trained_on(void **state)
{
    static const char recipe[] = "[training]\nepochs = 2\nbatch = 4\n[layers]\nflatten =\ndense = units=2\n";
    const char *folder = *state;

    for (int i = 0; i < 24; i++) {
        const struct photo p = { .height = 16 + i % 3, .width = 20, .channels = 3, .seed = i };
        char path[64];

        snprintf(path, sizeof path, "photos/%s/%d.jpg", i % 2 ? "cat" : "dog", i);
        folder_put(folder, path, "");
        photo_write(&p, folder_path(folder, path));
    }
    folder_put(folder, "photos/cat/1.jpg", "not a JPEG");
    folder_put(folder, "small.ini", recipe);
    struct process *p = process_cuvette(folder, "train", "small.ini", "--dataset", "photos", "--run", "run", NULL);

    assert_succeeded(p);
    assert_holds(p->out, "1 image could not be read, and others stood in; the first is cat/1.jpg: it is neither JPEG");
    process_free(p);

    json_t *summary = read_json(folder, "run/summary.json");

    assert_int_equal((int)number(summary, "images_unreadable"), 1);
    json_decref(summary);
    p = process_cuvette(folder, "evaluate", "run", NULL);
    assert_succeeded(p);
    process_free(p);
    p = process_cuvette(folder, "data", "info", "photos", NULL);
    assert_succeeded(p);
    assert_holds(p->out, "folder, 17x17x3, 2 classes");
    assert_holds(p->out, "1 cannot be read, the first is cat/1.jpg: it is neither JPEG nor PNG");
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_a_run_is_trained_evaluated_and_exported),
        IN_A_FOLDER(test_events_for_tensorboard_are_written_once),
        IN_A_FOLDER(test_a_run_with_augmentation_leaves_a_model),
        IN_A_FOLDER(test_a_run_says_how_long_what_is_kept_took),
        IN_A_FOLDER(test_a_folder_of_photographs_is_trained_on),
        IN_A_FOLDER(test_a_model_that_cannot_be_saved_is_a_failure),
        IN_A_FOLDER(test_weights_that_diverged_are_evaluated),
        IN_A_FOLDER(test_names_with_control_bytes_are_safe_to_show),
        IN_A_FOLDER(test_the_same_seed_gives_the_same_curve),
        IN_A_FOLDER(test_runs_are_numbered_and_found_by_number),
        IN_A_FOLDER(test_without_a_terminal_the_workbench_trains),
        IN_A_FOLDER(test_another_task_says_that_it_does_nothing),
        IN_A_FOLDER(test_a_signal_stops_the_run_and_keeps_it),
        IN_A_FOLDER(test_a_reader_that_goes_away_ends_no_run),
        IN_A_FOLDER(test_mnist_cnn_reaches_97_5_percent_in_one_epoch),
        IN_A_FOLDER(test_mnist_mlp_reaches_97_percent_in_five_epochs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
