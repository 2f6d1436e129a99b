#include "tests/support/fake_run.h"

#include <math.h>

#include "base/path.h"
#include "run/metrics.h"
#include "tests/support/check.h"

void fake_run_begin(struct fake_run *r, int seed)
{
    *r = (struct fake_run){ .steps = series_new(), .checks = series_new(), .seed = seed };
    assert_true(r->steps && r->checks);
}

void fake_run_free(struct fake_run *r)
{
    series_free(r->steps);
    series_free(r->checks);
    *r = (struct fake_run){ 0 };
}

static double noise(const struct fake_run *r, int step)
{
    return sin(step * 12.9898 + r->seed) * cos(step * 78.233 + 2 * r->seed);
}

static struct point point_at(const struct fake_run *r, int step)
{
    double epoch = (double)step / FAKE_STEPS;
    double loss = 0.06 + 0.1 * r->seed + 2.24 * exp(-epoch * 2) + 0.3 * exp(-epoch / 4);

    return (struct point){
        .position = epoch,
        .loss = (float)(loss * (1 + 0.3 * noise(r, step))),
        .accuracy = (float)fmin(1 - 0.35 * loss * (1 + 0.2 * noise(r, step)), 1),
        .learning_rate = (float)(1e-3 * pow(0.5, floor(epoch / 5))),
        .seconds = step / 5.0 + floor(epoch),
        .images_per_second = (float)(3200 + 300 * noise(r, step / 20)),
        .step = (uint64_t)step,
        .steps = 1,
    };
}

void fake_run_train(struct fake_run *r, int steps)
{
    for (int end = r->trained + steps; r->trained < end;) {
        struct point p = point_at(r, ++r->trained);

        assert_true(series_append(r->steps, p));
        if (r->trained % FAKE_STEPS != 0)
            continue;
        p.loss = (float)(0.16 + 0.3 * exp(-p.position / 3) + 0.002 * p.position);
        p.accuracy = (float)(0.955 - 0.1 * exp(-p.position / 3));
        p.images_per_second = 0;
        p.step = 0;
        assert_true(series_append(r->checks, p));
    }
}

bool fake_run_follow(const struct fake_run *r, struct charts *charts, bool over)
{
    const struct series *const series[CURVE_COUNT] = { [CURVE_STEPS] = r->steps, [CURVE_VALIDATION] = r->checks };

    return charts_follow(charts, series, over);
}

void fake_run_write(const struct fake_run *r, const char *folder)
{
    struct metrics_writer *w;
    struct error e = { 0 };
    char path[PATH_SIZE];

    assert_good(path_join(path, folder, "metrics.jsonl", &e), e);
    w = metrics_create(path, &e);
    assert_non_null(w);
    for (size_t i = 0; i < series_length(r->steps); i++)
        assert_good(metrics_step(w, series_at(r->steps, i), &e), e);
    for (size_t i = 0; i < series_length(r->checks); i++) {
        struct point valid = series_at(r->checks, i);

        assert_good(metrics_epoch(w, (int)i + 1, valid, &valid, &e), e);
    }
    assert_good(metrics_close(w, &e), e);
}
