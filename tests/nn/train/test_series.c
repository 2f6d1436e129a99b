#include "tests/support/check.h"

#include <pthread.h>

#include "nn/train/series.h"

enum { POINTS = 100000 };

static void *write_points(void *series)
{
    for (int i = 0; i < POINTS; i++)
        if (!series_append(series, (struct point){ .position = i, .loss = (float)i, .accuracy = (float)-i }))
            return series;
    return NULL;
}

/* Whatever length a reader sees, every point below it is whole. */
static void readers_see_whole_points_while_the_writer_goes_on(void **state)
{
    struct series *s = series_new();
    pthread_t writer;
    void *failed = NULL;
    size_t seen = 0;
    (void)state;

    assert_non_null(s);
    assert_int_equal(pthread_create(&writer, NULL, write_points, s), 0);
    while (seen < POINTS) {
        size_t length = series_length(s);

        for (; seen < length; seen++) {
            struct point p = series_at(s, seen);

            assert_true(p.position == (double)seen && p.loss == (float)seen && p.accuracy == -(float)seen);
        }
    }
    pthread_join(writer, &failed);
    assert_null(failed);
    assert_int_equal(series_length(s), POINTS);
    series_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(readers_see_whole_points_while_the_writer_goes_on) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
