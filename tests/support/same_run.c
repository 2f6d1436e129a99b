#include "tests/support/same_run.h"

#include <math.h>

#include "run/checkpoint.h"
#include "run/metrics.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"

static struct metrics_curves curves_of(const char *folder)
{
    struct metrics_curves curves;
    struct error e = { 0 };

    assert_good(metrics_read(folder_path(folder, "metrics.jsonl"), NULL, &curves, &e), e);
    return curves;
}

static void assert_same_points(const struct point *a, const struct point *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true(a[i].position == b[i].position);
        assert_true(a[i].loss == b[i].loss && a[i].accuracy == b[i].accuracy);
        assert_true(a[i].learning_rate == b[i].learning_rate);
    }
}

static void assert_near_points(const struct point *a, const struct point *b, size_t n, double most)
{
    for (size_t i = 0; i < n; i++) {
        const double difference = fabs((double)a[i].loss - (double)b[i].loss);

        if (!(difference <= most) || (most == 0 && a[i].accuracy != b[i].accuracy))
            fail_msg("point %zu of %zu: losses %.9g and %.9g", i + 1, n, (double)a[i].loss, (double)b[i].loss);
    }
}

void assert_near_run(const char *a, const char *b, double most)
{
    struct metrics_curves one = curves_of(a), other = curves_of(b);

    assert_int_equal(one.n_steps, other.n_steps);
    assert_int_equal(one.n_epochs, other.n_epochs);
    assert_near_points(one.steps, other.steps, one.n_steps, most);
    assert_near_points(one.train, other.train, one.n_epochs, most);
    assert_near_points(one.valid, other.valid, one.n_epochs, most);
    metrics_read_free(&one);
    metrics_read_free(&other);
}

void assert_same_run(const char *a, const char *b)
{
    struct metrics_curves one = curves_of(a), other = curves_of(b);
    struct snapshot first, second;
    struct error e = { 0 };

    assert_int_equal(one.n_steps, other.n_steps);
    assert_int_equal(one.n_epochs, other.n_epochs);
    assert_same_points(one.steps, other.steps, one.n_steps);
    assert_same_points(one.train, other.train, one.n_epochs);
    assert_same_points(one.valid, other.valid, one.n_epochs);
    metrics_read_free(&one);
    metrics_read_free(&other);
    assert_good(checkpoint_read(a, &first, &e), e);
    assert_good(checkpoint_read(b, &second, &e), e);
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++) {
        assert_int_equal(first.bytes[i], second.bytes[i]);
        if (first.bytes[i])
            assert_memory_equal(first.array[i], second.array[i], first.bytes[i]);
    }
    snapshot_free(&first);
    snapshot_free(&second);
}
