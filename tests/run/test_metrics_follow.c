/* A file of metrics that grows, is half-written, cut off, replaced or gone, while somebody follows it. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/metrics_follow.h"
#include "tests/support/folder.h"

static const char *path;
static struct metrics_follow *follow;

static int setup(void **state)
{
    struct error e;

    if (folder_setup(state) != 0)
        return -1;
    path = strdup(folder_path(*state, "metrics.jsonl"));
    follow = metrics_follow_open(path, &e);
    return follow ? 0 : -1;
}

static int teardown(void **state)
{
    metrics_follow_close(follow);
    free((char *)path);
    return folder_teardown(state);
}

static void append(const char *text)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void append_step(int step)
{
    char line[200];

    snprintf(line, sizeof line, "{\"kind\":\"step\",\"step\":%d,\"epoch\":%.3f,\"loss\":%d.5,\"accuracy\":0.1,"
                                "\"learning_rate\":0.001,\"seconds\":1.0,\"images_per_second\":3200.0}\n",
             step, step / 10.0, step);
    append(line);
}

static void append_epoch(int epoch, const char *valid_loss)
{
    char line[200];

    snprintf(line, sizeof line, "{\"kind\":\"epoch\",\"epoch\":%d,\"loss\":0.4,\"accuracy\":0.9,\"valid_loss\":%s,"
                                "\"valid_accuracy\":%s,\"seconds\":1.0}\n", epoch, valid_loss, valid_loss);
    append(line);
}

/* Is there something new? */
static bool look(void)
{
    struct error e = { 0 };
    bool came;

    assert_good(metrics_follow_look(follow, NULL, &came, &e), e);
    return came;
}

static void assert_curves(size_t steps, size_t means, size_t checks, unsigned begun_anew)
{
    struct run_curves c = metrics_follow_curves(follow);

    assert_int_equal(series_length(c.steps), steps);
    assert_int_equal(series_length(c.means), means);
    assert_int_equal(series_length(c.epochs), checks);
    assert_int_equal(c.begun_anew, begun_anew);
    for (size_t i = 0; i < steps; i++)
        assert_true(series_at(c.steps, i).loss == (float)(i + 1.5));
}

static void test_what_comes_is_read_once(void **state)
{
    (void)state;
    append("{\"kind\":\"later\"}\n");
    assert_true(look());
    assert_false(look());
    for (int step = 1; step <= 5; step++)
        append_step(step);
    assert_true(look());
    assert_curves(5, 0, 0, 0);
    for (int step = 6; step <= 10; step++)
        append_step(step);
    append_epoch(1, "0.25");
    assert_true(look());
    append_epoch(2, "null");
    assert_true(look());
    assert_false(look());
    assert_curves(10, 2, 1, 0);
}

static void append_measured(int step)
{
    char line[240];

    snprintf(line, sizeof line, "{\"kind\":\"load\",\"seconds\":%d,\"epoch\":%.3f,\"cpu_load\":0.5}\n"
                                "{\"kind\":\"health\",\"step\":%d,\"epoch\":%.3f,\"seconds\":%d,\"layers\":[]}\n",
             step, step / 10.0, step, step / 10.0, step);
    append(line);
}

static void assert_measured(const struct measured *m, int count)
{
    struct load_point load;
    struct health look;

    for (int i = 0; i < count; i++) {
        assert_true(measured_load(m, (size_t)i, &load) && measured_look(m, (size_t)i, &look));
        assert_float_equal(load.seconds, i + 1, 0);
        assert_int_equal(look.step, i + 1);
    }
    assert_false(measured_load(m, (size_t)count, &load) || measured_look(m, (size_t)count, &look));
}

/* All of it, whenever somebody begins to follow, and anew where the file is read anew. */
static void test_what_was_measured_is_kept_in_its_order(void **state)
{
    (void)state;
    for (int step = 1; step <= 200; step++) {
        append_step(step);
        append_measured(step);
    }
    look();
    append_step(201);
    append_measured(201);
    look();
    assert_measured(metrics_follow_curves(follow).measured, 201);

    const struct measured *before = metrics_follow_curves(follow).measured;

    assert_int_equal(truncate(path, 0), 0);
    append_step(1);
    append_measured(1);
    assert_true(look());
    assert_measured(metrics_follow_curves(follow).measured, 1);
    assert_measured(before, 201);
}

/* Of a run that has no step yet there is no curve that tells. */
static void test_what_was_measured_before_a_step_is_not_read_twice(void **state)
{
    (void)state;
    append_measured(1);
    append_measured(2);
    look();
    assert_int_equal(truncate(path, 0), 0);
    append_measured(1);
    assert_true(look());
    assert_measured(metrics_follow_curves(follow).measured, 1);
}

static void test_a_half_written_line_waits(void **state)
{
    (void)state;
    append_step(1);
    append("{\"kind\":\"step\",\"step\":2,\"epo");
    assert_true(look());
    assert_false(look());
    assert_curves(1, 0, 0, 0);
    append("ch\":0.2,\"loss\":2.5}\n");
    assert_true(look());
    assert_curves(2, 0, 0, 0);
}

/* It went on from a checkpoint, and has grown beyond what was read before the next look. */
static void test_a_run_that_went_back_is_read_anew(void **state)
{
    struct stat status;
    (void)state;

    append_step(1);
    append_step(2);
    assert_int_equal(stat(path, &status), 0);
    for (int step = 3; step <= 8; step++)
        append_step(step);
    look();

    struct run_curves before = metrics_follow_curves(follow);

    assert_int_equal(truncate(path, status.st_size), 0);
    append("{\"kind\":\"resume\"}\n");
    for (int step = 3; step <= 20; step++)
        append_step(step);
    assert_true(look());
    assert_curves(20, 0, 0, 1);
    assert_int_equal(series_length(before.steps), 8); /* others may still read it */
    assert_int_equal(truncate(path, status.st_size), 0);
    assert_true(look());
    assert_curves(2, 0, 0, 2);
}

/* By another program that keeps its promise: whole lines under the same name. */
static void test_a_file_that_is_replaced_is_read_anew(void **state)
{
    const char *folder = *state;
    char other[PATH_SIZE];

    for (int step = 1; step <= 8; step++)
        append_step(step);
    look();
    snprintf(other, sizeof other, "%s", folder_path(folder, "other"));
    assert_int_equal(rename(path, other), 0);
    for (int step = 1; step <= 9; step++)
        append_step(step);
    assert_true(look());
    assert_curves(9, 0, 0, 1);
}

static void test_a_file_that_is_gone_is_an_error_and_comes_back(void **state)
{
    struct error e;
    bool came;
    (void)state;

    assert_false(metrics_follow_look(follow, NULL, &came, &e));
    append_step(1);
    look();
    assert_int_equal(unlink(path), 0);
    assert_false(metrics_follow_look(follow, NULL, &came, &e));
    assert_curves(1, 0, 0, 0);
    assert_int_equal(mkfifo(path, 0666), 0); /* nobody waits for its other end */
    assert_false(metrics_follow_look(follow, NULL, &came, &e));
    assert_int_equal(unlink(path), 0);
    append_step(1);
    append_step(2);
    assert_true(look());
    assert_int_equal(series_length(metrics_follow_curves(follow).steps), 2);
}

static void test_a_damaged_line_is_told(void **state)
{
    struct error e;
    bool came;
    (void)state;

    append_step(1);
    look();
    append("what is this\n");
    assert_bad(metrics_follow_look(follow, NULL, &came, &e), e, "not a line of metrics");
}

#define FOLLOWING(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLLOWING(test_what_comes_is_read_once),
        FOLLOWING(test_what_was_measured_is_kept_in_its_order),
        FOLLOWING(test_what_was_measured_before_a_step_is_not_read_twice),
        FOLLOWING(test_a_half_written_line_waits),
        FOLLOWING(test_a_run_that_went_back_is_read_anew),
        FOLLOWING(test_a_file_that_is_replaced_is_read_anew),
        FOLLOWING(test_a_file_that_is_gone_is_an_error_and_comes_back),
        FOLLOWING(test_a_damaged_line_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
