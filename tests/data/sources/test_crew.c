/* Images that threads make side by side: each is made once, whatever the number of threads. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <sched.h>

#include "base/thread.h"
#include "data/sources/crew.h"

enum { IMAGES = 1000 };

struct work {
    atomic_int made[IMAGES];
    int fails_at;
    struct gate *gate; /* closed by the first image that is made */
    atomic_int since;  /* images that were begun while it was closed */
};

static bool make(void *context, int i, int thread, double *reading, struct error *e)
{
    struct work *w = context;

    assert_in_range(thread, 0, CREW_MOST - 1);
    *reading += 0.001;
    if (w->gate && atomic_load(&w->gate->closed))
        atomic_fetch_add(&w->since, 1);
    if (w->gate && i == 0)
        gate_close(w->gate);
    atomic_fetch_add(&w->made[i], 1);
    return i != w->fails_at || error_set(e, ERROR_INPUT, "image %d is broken", i);
}

static void test_each_image_is_made_once(void **state)
{
    static const int threads[] = { 1, 2, 5, CREW_MOST, 1000 };
    static const int images[] = { 0, 1, 3, IMAGES };
    (void)state;

    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
        for (size_t n = 0; n < sizeof images / sizeof *images; n++) {
            struct work w = { .fails_at = -1 };
            struct source_effort effort = { .threads = 0 };
            struct error e = { 0 };
            struct crew *c = crew_new(threads[t], &e);

            assert_non_null(c);
            assert_good(crew_run(c, images[n], make, &w, NULL, &effort, &e), e);
            for (int i = 0; i < IMAGES; i++)
                assert_int_equal(w.made[i], i < images[n]);
            assert_float_equal(effort.reading, 0.001 * images[n], 1e-9);
            assert_int_equal(effort.threads, threads[t] < CREW_MOST ? threads[t] : CREW_MOST);
            crew_free(c);
        }
}

static void test_a_failure_is_reported_and_the_next_run_is_whole(void **state)
{
    struct work w = { .fails_at = 7 }, next = { .fails_at = -1 };
    struct source_effort effort = { .threads = 0 };
    struct error e = { 0 };
    struct crew *c = crew_new(3, &e);
    (void)state;

    assert_non_null(c);
    assert_false(crew_run(c, IMAGES, make, &w, NULL, &effort, &e));
    assert_string_equal(e.text, "image 7 is broken");
    assert_good(crew_run(c, IMAGES, make, &next, NULL, &effort, &e), e);
    for (int i = 0; i < IMAGES; i++)
        assert_int_equal(next.made[i], 1);
    crew_free(c);
}

struct run_of_crew {
    struct crew *crew;
    struct work *work;
    struct gate *gate;
    bool good;
};

static void *run(void *context)
{
    struct run_of_crew *r = context;
    struct source_effort effort = { .threads = 0 };
    struct error e;

    r->good = crew_run(r->crew, IMAGES, make, r->work, r->gate, &effort, &e);
    return NULL;
}

static void test_a_closed_gate_holds_all_threads(void **state)
{
    struct gate gate;
    struct error e = { 0 };
    struct work w = { .fails_at = -1, .gate = &gate };
    struct run_of_crew r = { .crew = crew_new(2, &e), .work = &w, .gate = &gate };
    pthread_t thread;
    (void)state;

    assert_non_null(r.crew);
    gate_init(&gate);
    assert_true(thread_start(&thread, run, &r));
    while (atomic_load(&w.made[0]) == 0)
        sched_yield();
    gate_open(&gate);
    pthread_join(thread, NULL);
    assert_true(r.good);
    for (int i = 0; i < IMAGES; i++)
        assert_int_equal(w.made[i], 1);
    /* At most the image that the other thread had begun, and the one after it that had passed already. */
    assert_in_range(w.since, 0, 2);
    gate_destroy(&gate);
    crew_free(r.crew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_image_is_made_once),
        cmocka_unit_test(test_a_failure_is_reported_and_the_next_run_is_whole),
        cmocka_unit_test(test_a_closed_gate_holds_all_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
