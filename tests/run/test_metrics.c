#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "nn/train/step_group.h"
#include "run/metrics.h"
#include "tests/support/folder.h"

static struct point point_of(int i)
{
    return (struct point){
        .step = (uint64_t)i + 1,
        .position = i / 7.0,
        .loss = 2.3f / (float)(i + 1),
        .accuracy = (float)i / 1000,
        .learning_rate = 1e-3f,
        .seconds = 0.01f * (float)i,
        .images_per_second = 3000 + (float)i,
    };
}

static void write_steps(struct metrics_writer *w, int first, int end)
{
    struct error e = { 0 };

    for (int i = first; i < end; i++)
        assert_true(metrics_step(w, point_of(i), &e));
}

/* The load of the device: what is unknown stays unknown, and lines behind a step that is cut off go with it. */
static void test_the_load_of_the_device_is_read_back(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    const struct load_point written = { .seconds = 2.5, .epoch = 0.25, .cpu = 0.875, .memory = 1e6,
                                        .memory_limit = 4e6, .gpu = NAN, .gpu_memory = NAN, .gpu_memory_total = NAN };
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;
    off_t whole;

    assert_non_null(w);
    for (int i = 0; i < 3; i++) {
        write_steps(w, i, i + 1);
        assert_true(metrics_load(w, &written, &e));
    }
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_loads, 3);
    assert_true(c.loads[2].cpu == written.cpu && c.loads[2].memory_limit == written.memory_limit);
    assert_true(c.loads[2].seconds == written.seconds && isnan(c.loads[2].gpu));
    metrics_read_free(&c);
    assert_true(metrics_read_part(path, 2, 0, &c, &whole, &e));
    assert_int_equal(c.n_loads, 2);
    metrics_read_free(&c);
}

static struct health health_of(uint64_t step)
{
    return (struct health){ .step = step, .position = 0.5, .seconds = 2, .learning_rate = 0.01, .images = 32,
                            .cost = 0.004, .n_layers = 4,
                            .layers = { { 1e-20f, 3, 0.003f, 0.25f }, layer_health_unknown,
                                        { NAN, NAN, NAN, 1 }, { INFINITY, 2, NAN, NAN } } };
}

static void assert_same_number(float expected, float got)
{
    assert_int_equal(isnan(expected), isnan(got));
    if (!isnan(expected))
        assert_true(expected == got);
}

static void test_health_is_read_back_exactly(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    const struct health expected = health_of(120);
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;

    assert_true(metrics_health(w, &expected, &e));
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_looks, 1);
    assert_int_equal(c.looks->step, 120);
    assert_int_equal(c.looks->images, 32);
    assert_int_equal(c.looks->n_layers, expected.n_layers);
    for (int i = 0; i < expected.n_layers; i++) {
        assert_same_number(expected.layers[i].gradient, c.looks->layers[i].gradient);
        assert_same_number(expected.layers[i].weight, c.looks->layers[i].weight);
        assert_same_number(expected.layers[i].update, c.looks->layers[i].update);
        assert_same_number(expected.layers[i].dead, c.looks->layers[i].dead);
    }
    metrics_read_free(&c);
}

/* A run that goes on from a step knows nothing of what was looked at behind it; of thousands of lines some are left. */
static void test_health_is_cut_off_and_bounded(void **state)
{
    enum { LINES = 5000, BOUND = 2048, LAST = 700 };
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;

    for (uint64_t step = 1; step <= LINES; step++) {
        const struct health h = health_of(step);

        assert_true(metrics_health(w, &h, &e));
    }
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_in_range(c.n_looks, BOUND / 2, BOUND);
    assert_int_equal(c.looks[c.n_looks - 1].step, LINES);
    for (size_t i = 1; i < c.n_looks; i++)
        assert_true(c.looks[i].step > c.looks[i - 1].step);
    metrics_read_free(&c);
    w = metrics_reopen(path, LAST, 0, &c, &e);
    assert_non_null(w);
    assert_int_equal(c.n_looks, LAST);
    metrics_read_free(&c);
    metrics_close(w, &e);
}

static void test_health_that_is_none(void **state)
{
    static const char *const lines[] = { "{\"kind\":\"health\"}", "{\"kind\":\"health\",\"step\":1,\"epoch\":1}",
                                         "{\"kind\":\"health\",\"step\":1,\"epoch\":1,\"layers\":[{\"layer\":257}]}",
                                         "{\"kind\":\"health\",\"step\":-4,\"epoch\":1,\"layers\":[]}" };
    const char *path = folder_path(*state, "metrics.jsonl");

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct error e = { 0 };
        struct metrics_curves c;
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        fprintf(file, "%s\n", lines[i]);
        fclose(file);
        assert_false(metrics_read(path, NULL, &c, &e));
        assert_non_null(strstr(e.text, "not a line of health"));
    }
}

static void test_what_is_written_is_read_back_exactly(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;
    struct point valid = { .position = 1, .loss = 0.25f, .accuracy = 0.975f };
    (void)state;

    assert_non_null(w);
    assert_true(
        metrics_run(w, &(struct summary){ .name = "lenet5", .state = "running", .threads = 4, .test_loss = -1 }, false,
                    &e));
    write_steps(w, 0, 500);
    assert_true(metrics_epoch(w, 1, point_of(3), &valid, &e));
    assert_true(metrics_epoch(w, 2, point_of(4), NULL, &e));
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_true(c.introduced);
    assert_string_equal(c.run.name, "lenet5");
    assert_int_equal(c.run.threads, 4);
    assert_int_equal(c.n_steps, 500);
    assert_int_equal(c.n_epochs, 2);
    for (int i = 0; i < 500; i++) {
        assert_float_equal(c.steps[i].position, point_of(i).position, 1e-8 * (i + 1));
        assert_true(c.steps[i].loss == point_of(i).loss);
        assert_true(c.steps[i].accuracy == point_of(i).accuracy);
        assert_true(c.steps[i].learning_rate == point_of(i).learning_rate);
        assert_true(c.steps[i].images_per_second == point_of(i).images_per_second);
    }
    assert_float_equal(c.train[0].position, 1, 0);
    assert_true(c.train[0].loss == point_of(3).loss);
    assert_true(c.valid[0].accuracy == 0.975f);
    assert_true(isnan(c.valid[1].loss));
    metrics_read_free(&c);
}

static void test_numbers_have_points_in_every_locale(void **state)
{
    static const char *const commas[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE" };
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    bool set = false;

    for (size_t i = 0; !set && i < sizeof commas / sizeof *commas; i++)
        set = setlocale(LC_NUMERIC, commas[i]);
    if (!set) {
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
    struct metrics_writer *w = metrics_create(path, &e);
    assert_non_null(w);
    write_steps(w, 1, 2);
    assert_true(metrics_close(w, &e));
    setlocale(LC_NUMERIC, "C");
    char *text = folder_text(*state, "metrics.jsonl");
    assert_non_null(strstr(text, "\"epoch\":0.142857143,\"loss\":1.14999998,"));
    free(text);
}

static void test_what_is_no_number_is_null(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct point p = { .step = 1, .position = 1, .loss = NAN, .accuracy = INFINITY };
    struct metrics_curves c;

    assert_non_null(w);
    assert_true(metrics_step(w, p, &e));
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_true(isnan(c.steps[0].loss));
    assert_true(isnan(c.steps[0].accuracy));
    metrics_read_free(&c);
}

static void test_lines_show_with_the_flush_and_not_before(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;

    assert_non_null(w);
    write_steps(w, 0, 10);
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, 0);
    metrics_read_free(&c);
    assert_true(metrics_flush(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, 10);
    metrics_read_free(&c);
    assert_true(metrics_close(w, &e));
}

static void test_a_line_cut_by_the_end_of_a_job_is_left_out(void **state)
{
    struct error e = { 0 };
    struct metrics_curves c;
    const char *path = folder_put(*state, "metrics.jsonl",
                                  "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2,\"accuracy\":0.25}\n"
                                  "{\"kind\":\"gpu\",\"watts\":412}\n"
                                  "{\"kind\":\"step\",\"step\":2,\"epo");

    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, 1);
    assert_float_equal(c.steps[0].loss, 2, 0);
    assert_false(c.introduced);
    metrics_read_free(&c);
}

static void test_garbage_is_told_with_its_line(void **state)
{
    static const char *const garbage[] = {
        "loss 2.3\n",
        "[1,2]\n",
        "{\"loss\":1}\n",
        "{\"kind\":\"step\",\"loss\":1}\n",
        "{\"kind\":\"step\",\"epo\n",
        "{\"kind\":\"epoch\",\"epoch\":\"one\"}\n",
        "\n",
        "{\"kind\":7}\n",
    };

    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct error e = { 0 };
        struct metrics_curves c;
        char text[256];

        snprintf(text, sizeof text, "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2}\n%s", garbage[i]);
        assert_false(metrics_read(folder_put(*state, "metrics.jsonl", text), NULL, &c, &e));
        assert_int_equal(e.kind, ERROR_INPUT);
        assert_non_null(strstr(e.text, "metrics.jsonl:2: not a line of metrics"));
        assert_int_equal(c.n_steps, 0);
    }
}

static void test_no_space_leaves_whole_lines_and_later_ones_follow(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;
    struct rlimit before, small;

    assert_non_null(w);
    write_steps(w, 0, 10);
    assert_true(metrics_flush(w, &e));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 4000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    write_steps(w, 10, 100);
    bool flushed = metrics_flush(w, &e);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(flushed);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "metrics.jsonl"));

    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, 10);
    metrics_read_free(&c);
    write_steps(w, 10, 12);
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, 12);
    metrics_read_free(&c);
}

static void test_what_nobody_waits_for_is_not_read(void **state)
{
    const char *path = folder_put(*state, "metrics.jsonl", "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5}\n");
    struct error e = { 0 };
    struct metrics_curves c;
    atomic_bool stopped = false;

    assert_true(metrics_read(path, &stopped, &c, &e));
    metrics_read_free(&c);
    stopped = true;
    assert_false(metrics_read(path, &stopped, &c, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(c.n_steps, 0);
}

/* A run goes on from behind step 30, the third of its second epoch: what came later is read by nobody, and is gone once
 * there is something in its place. */
static void test_a_run_that_goes_on_takes_the_place_of_what_it_did(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e), *other;
    struct metrics_curves before, after;

    write_steps(w, 0, 27);
    assert_true(metrics_epoch(w, 1, point_of(3), NULL, &e));
    write_steps(w, 27, 54);
    assert_true(metrics_epoch(w, 2, point_of(4), NULL, &e));
    assert_null(metrics_reopen(path, 30, 1, &before, &e));
    assert_non_null(strstr(e.text, "another process trains this run"));
    assert_true(metrics_close(w, &e));

    w = metrics_reopen(path, 30, 1, &before, &e);
    assert_non_null(w);
    assert_int_equal(before.n_steps, 30);
    assert_int_equal(before.n_epochs, 1);
    assert_true(metrics_read(path, NULL, &after, &e));
    assert_int_equal(after.n_steps, 54);
    metrics_read_free(&after);
    struct point other_way = point_of(30);

    other_way.loss = 99;
    assert_true(metrics_step(w, other_way, &e));
    assert_true(metrics_flush(w, &e));
    other = metrics_reopen(path, 30, 1, &after, &e);
    assert_null(other);
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &after, &e));
    assert_int_equal(after.n_steps, 31);
    assert_int_equal(after.n_epochs, 1);
    assert_true(after.steps[30].loss == 99);
    metrics_read_free(&before);
    metrics_read_free(&after);
}

static struct point group_of(uint64_t last, uint32_t steps)
{
    struct point p = point_of(3);

    p.step = last;
    p.steps = steps;
    p.loss_low = 0.5f;
    p.loss_high = 7;
    p.accuracy_low = 0;
    p.accuracy_high = 1;
    return p;
}

/* The steps of a run's end that are too few for a point are in its checkpoint: a run that goes on begins with them. */
static void test_a_run_that_goes_on_begins_with_the_steps_that_made_no_point(void **state)
{
    const char *path = folder_path(*state, "metrics.jsonl");
    struct error e = { 0 };
    struct metrics_writer *w = metrics_create(path, &e);
    struct metrics_curves c;

    assert_non_null(w);
    write_steps(w, 0, STEP_GROUP_SINGLE);
    assert_true(metrics_step(w, group_of(STEP_GROUP_SINGLE + 2, 2), &e));
    assert_true(metrics_epoch(w, 1, point_of(3), NULL, &e));
    assert_true(metrics_step(w, group_of(STEP_GROUP_SINGLE + 3, 1), &e));
    assert_true(metrics_close(w, &e));

    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, STEP_GROUP_SINGLE + 2);
    assert_int_equal(c.steps[STEP_GROUP_SINGLE - 1].steps, 1);
    const struct point p = c.steps[STEP_GROUP_SINGLE];
    assert_true(p.steps == 2 && p.step == STEP_GROUP_SINGLE + 2);
    assert_true(p.loss_low == 0.5f && p.loss_high == 7 && p.accuracy_low == 0 && p.accuracy_high == 1);
    metrics_read_free(&c);

    w = metrics_reopen(path, STEP_GROUP_SINGLE + 3, 1, &c, &e);
    assert_non_null(w);
    assert_int_equal(c.n_steps, STEP_GROUP_SINGLE + 1);
    assert_int_equal(c.n_epochs, 1);
    metrics_read_free(&c);
    assert_true(metrics_step(w, group_of(STEP_GROUP_SINGLE + 4, 2), &e));
    assert_true(metrics_close(w, &e));
    assert_true(metrics_read(path, NULL, &c, &e));
    assert_int_equal(c.n_steps, STEP_GROUP_SINGLE + 2);
    assert_int_equal(c.steps[STEP_GROUP_SINGLE + 1].step, STEP_GROUP_SINGLE + 4);
    metrics_read_free(&c);
}

static void test_files_that_cannot_be_are_told(void **state)
{
    struct error e = { 0 };
    struct metrics_curves c;

    folder_put(*state, "file", "");
    assert_null(metrics_create(folder_path(*state, "file/metrics.jsonl"), &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_null(metrics_create(folder_path(*state, "file"), &e));
    assert_non_null(strstr(e.text, "File exists"));
    assert_false(metrics_read(folder_path(*state, "absent"), NULL, &c, &e));
    assert_int_equal(e.kind, ERROR_IO);
    assert_true(metrics_close(NULL, &e));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_health_is_read_back_exactly),
        TEST(test_health_is_cut_off_and_bounded),
        TEST(test_health_that_is_none),
        TEST(test_what_is_written_is_read_back_exactly),
        TEST(test_the_load_of_the_device_is_read_back),
        TEST(test_numbers_have_points_in_every_locale),
        TEST(test_what_is_no_number_is_null),
        TEST(test_lines_show_with_the_flush_and_not_before),
        TEST(test_a_line_cut_by_the_end_of_a_job_is_left_out),
        TEST(test_garbage_is_told_with_its_line),
        TEST(test_no_space_leaves_whole_lines_and_later_ones_follow),
        TEST(test_what_nobody_waits_for_is_not_read),
        TEST(test_a_run_that_goes_on_takes_the_place_of_what_it_did),
        TEST(test_a_run_that_goes_on_begins_with_the_steps_that_made_no_point),
        TEST(test_files_that_cannot_be_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
