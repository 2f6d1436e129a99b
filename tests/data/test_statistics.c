#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/sources/source_memory.h"
#include "data/statistics.h"

static struct source *new_source(uint32_t train, int channels)
{
    const struct dataset_info info = {
        .name = "made", .count = { train, 1 }, .height = 2, .width = 2, .channels = channels, .classes = 2
    };
    struct error e = { 0 };
    struct source *s = source_memory_new(&info, &e);

    assert_non_null(s);
    return s;
}

static void test_each_channel_is_measured_by_itself(void **state)
{
    struct source *s = new_source(100, 3); /* more than a block, and not a whole number of blocks */
    uint8_t *pixel = source_memory_images(s, SPLIT_TRAIN);
    struct statistics found;
    struct error e = { 0 };
    (void)state;

    for (int i = 0; i < 400; i++, pixel += 3) {
        pixel[0] = i % 2 ? 255 : 0; /* mean ½, deviation ½ */
        pixel[1] = 51;              /* of one colour */
        pixel[2] = i % 4 ? 0 : 255; /* mean ¼, deviation √3 / 4 */
    }
    memset(source_memory_images(s, SPLIT_TEST), 255, 12); /* the test images must not count */
    assert_true(statistics_measure(s, &found, NULL, NULL, &e));
    assert_float_equal(found.mean[0], 0.5, 1e-6);
    assert_float_equal(found.deviation[0], 0.5, 1e-6);
    assert_float_equal(found.mean[1], 0.2, 1e-6);
    assert_float_equal(found.deviation[1], 1, 0);
    assert_float_equal(found.mean[2], 0.25, 1e-6);
    assert_float_equal(found.deviation[2], 0.4330127, 1e-6);
    source_close(s);
}

/* A source on disk, where reading is slow: counts the images that are read. Those of odd numbers are white. */
struct on_disk {
    struct source base;
    uint32_t asked;
};

static void describe(const struct source *s, struct dataset_info *info)
{
    (void)s;
    *info = (struct dataset_info){ .count = { 1000000, 1 }, .height = 1, .width = 1, .channels = 1, .classes = 2 };
}

static bool read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images, int32_t *labels,
                 struct error *e)
{
    struct on_disk *d = (struct on_disk *)s;

    (void)e;
    assert_int_equal(split, SPLIT_TRAIN);
    for (int i = 0; i < n; i++) {
        assert_int_equal(index[i] / 100, d->asked); /* one of each hundred */
        d->asked++;
        images[i] = index[i] % 2 ? 255 : 0;
        labels[i] = 0;
    }
    return true;
}

/* Even steps would meet only black ones. */
static void test_a_large_set_on_disk_is_sampled_evenly(void **state)
{
    const struct source_ops ops = { .describe = describe, .read = read };
    struct on_disk d = { .base.ops = &ops };
    struct statistics found;
    struct error e = { 0 };
    (void)state;

    assert_true(statistics_measure(&d.base, &found, NULL, NULL, &e));
    assert_int_equal(d.asked, 10000);
    assert_float_equal(found.mean[0], 0.5, 0.02); /* four standard errors */
}

struct steps {
    int count, stop_after;
    double last;
};

static bool step(void *context, double done)
{
    struct steps *s = context;

    assert_true(done > s->last && done <= 1);
    s->last = done;
    return ++s->count != s->stop_after;
}

/* Images of 48 MiB: one at a time, so that they fit in memory and stopping is quick. */
static void describe_large(const struct source *s, struct dataset_info *info)
{
    (void)s;
    *info = (struct dataset_info){
        .name = "large", .count = { 8, 1 }, .height = 4096, .width = 4096, .channels = 3, .classes = 2
    };
}

static bool read_large(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    (void)s, (void)split, (void)index, (void)images, (void)e;
    assert_int_equal(n, 1);
    labels[0] = 0;
    return true;
}

static void test_measuring_large_images_is_seen_and_stopped(void **state)
{
    const struct source_ops ops = { .describe = describe_large, .read = read_large };
    struct source s = { .ops = &ops };
    struct steps steps = { .stop_after = 2 };
    struct statistics found;
    struct error e = { 0 };
    (void)state;

    assert_false(statistics_measure(&s, &found, step, &steps, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(steps.count, 2);
    assert_float_equal(steps.last, 0.25, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_channel_is_measured_by_itself),
        cmocka_unit_test(test_a_large_set_on_disk_is_sampled_evenly),
        cmocka_unit_test(test_measuring_large_images_is_seen_and_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
